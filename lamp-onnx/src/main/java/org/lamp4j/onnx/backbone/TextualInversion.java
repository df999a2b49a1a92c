package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.ContentHash;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.text.AddedWord;

/**
 * The embeddings of a file of textual inversion (Gal et al., arXiv 2208.01618): vectors that stand for words.
 *
 * <table>
 *   <caption>Forms</caption>
 *   <tr><th>written by</th><th>tensors</th><th>word</th></tr>
 *   <tr><td>diffusers, {@code .safetensors} or {@code learned_embeds.bin}</td>
 *       <td>one for each token, by the token, {@code [D]} or {@code [n, D]}</td><td>the token</td></tr>
 *   <tr><td>the first program for it, {@code .pt}</td>
 *       <td>{@code string_to_param: ParameterDict('*': [n, D])}</td><td>the file's name</td></tr>
 *   <tr><td>AUTOMATIC1111's web UI, {@code .pt}</td>
 *       <td>{@code string_to_param: {'*': [n, D]}}</td><td>{@code name} in it, or the file's name</td></tr>
 *   <tr><td>programs like it, {@code .safetensors}</td><td>{@code emb_params [n, D]}</td><td>the file's name</td></tr>
 * </table>
 */
final class TextualInversion {

    private static final String PARAMETERS = "emb_params";
    private static final String PLACEHOLDER = "*";
    private static final String NAME = "name";

    /** What a file has for the two text encoders of SDXL. */
    private static final List<String> SDXL = List.of("clip_l", "clip_g");

    private static final Map<Integer, String> MODEL_BY_WIDTH =
            Map.of(768, "Stable Diffusion 1", 1024, "Stable Diffusion 2", 1280, "SDXL");

    private final Path file;
    private final Checkpoint checkpoint;
    private final int width;
    private final int mostVectors;

    private TextualInversion(Path file, Checkpoint checkpoint, ClipTextConfig config) {
        this.file = file;
        this.checkpoint = checkpoint;
        this.width = config.width();
        this.mostVectors = config.positions() - 2; // a prompt has a begin and an end token, too
    }

    /**
     * A word and its vectors.
     *
     * @param word what it is called in prompts
     * @param vectors {@code [n, D]}, float32
     */
    record Embedding(String word, StoredTensor vectors) {

        /** Returns the word with its tokens. */
        AddedWord withTokensFrom(int firstId) {
            String hash = new ContentHash()
                    .add(vectors.shape().toString())
                    .add(vectors.data())
                    .finish();
            return new AddedWord(word, firstId, vectors.shape().size(0), hash);
        }
    }

    /**
     * Reads a file.
     *
     * @param file the file
     * @param word what its only word is to be called; empty for the name that the file gives it
     * @param config dimensions of the text encoder, with its width D
     * @return its embeddings, at least one
     * @throws ModelFormatException if it is no embedding, or one for another model; the message names it
     */
    static List<Embedding> read(Path file, Optional<String> word, ClipTextConfig config) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            return new TextualInversion(file, checkpoint, config).embeddings(word);
        }
    }

    private List<Embedding> embeddings(Optional<String> word) throws ModelFormatException {
        Set<String> names = checkpoint.names();
        if (names.stream().anyMatch(SDXL::contains)) {
            throw refused(
                    "expected an embedding of Stable Diffusion 1 or 2, but was one of SDXL (" + String.join(", ", SDXL)
                            + ")",
                    names.iterator().next());
        }
        List<Embedding> found = new ArrayList<>();
        if (names.contains(PARAMETERS)) {
            found.add(new Embedding(word.orElse(fileName()), vectors(PARAMETERS)));
        } else if (names.contains(PLACEHOLDER)) {
            String name = checkpoint.metadata().getOrDefault(NAME, fileName());
            found.add(new Embedding(word.orElse(name), vectors(PLACEHOLDER)));
        } else {
            for (String token : names) {
                found.add(new Embedding(names.size() == 1 ? word.orElse(token) : token, vectors(token)));
            }
        }
        if (found.isEmpty() || (word.isPresent() && found.size() > 1)) {
            throw refused("expected a word and its vectors, but was " + found.size() + " of them", NAME);
        }
        for (Embedding embedding : found) {
            requireWord(embedding, word.isPresent());
        }
        return found;
    }

    /** What the file calls a word is the file's fault, and what the caller calls it the caller's. */
    private void requireWord(Embedding embedding, boolean isGiven) throws ModelFormatException {
        try {
            embedding.withTokensFrom(0);
        } catch (IllegalArgumentException e) {
            if (isGiven) {
                throw e;
            }
            throw refused(String.valueOf(e.getMessage()), embedding.word());
        }
    }

    private String fileName() {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    /** Copies vectors, so that what becomes of the file no longer matters. */
    private StoredTensor vectors(String name) throws ModelFormatException {
        StoredTensor stored = checkpoint.tensor(name);
        Shape shape = stored.shape();
        if (!stored.type().isFloatingPoint() || shape.rank() < 1 || shape.rank() > 2 || shape.elementCount() == 0) {
            throw refused("expected vectors [n, D] of an embedding, but was " + stored.type() + " " + shape, name);
        }
        if (shape.size(-1) != width) {
            throw refused(
                    "expected an embedding of width " + width + described(width) + ", but was " + shape.size(-1)
                            + described(shape.size(-1)),
                    name);
        }
        if (shape.elementCount() / width > mostVectors) {
            throw refused(
                    "expected an embedding of at most " + mostVectors + " vectors, but was "
                            + shape.elementCount() / width,
                    name);
        }
        FloatBuffer values = ByteBuffer.allocateDirect(Math.toIntExact(shape.elementCount() * Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        values.put(stored.floats()).flip();
        for (int index = 0; index < values.limit(); index++) {
            if (!Float.isFinite(values.get(index))) {
                throw refused("expected finite vectors, but was " + values.get(index), name);
            }
        }
        return StoredTensor.of(name, Shape.of((int) (shape.elementCount() / width), width), values);
    }

    private static String described(int width) {
        return MODEL_BY_WIDTH.containsKey(width) ? ", that of " + MODEL_BY_WIDTH.get(width) : "";
    }

    private ModelFormatException refused(String problem, String key) {
        return new ModelFormatException(problem + " (" + file + ")", file, key);
    }
}
