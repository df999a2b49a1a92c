package org.lamp4j.onnx.weights;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.ContentHash;
import org.lamp4j.files.NearestName;
import org.lamp4j.files.ScratchFolder;

/**
 * A file of named tensors, safetensors or PyTorch's {@code .bin}. One of up to 64 MiB is read into native memory, and
 * what becomes of it on disk no longer matters. A larger one is mapped: opening reads and checks the folder of tensors
 * only, and elements are read from disk when first touched; it must not be written to in place while its tensors are in
 * use ({@link #requireUnchanged}). Safe for several threads.
 *
 * <p>Files are untrusted input: what does not follow its format to the letter is refused, and nothing in a file is run.
 *
 * <p>Closing lets go of the tensors; Java 17 unmaps the file when no tensor taken from here is reachable any more, so
 * these stay valid.
 */
public final class Checkpoint implements AutoCloseable {

    /** The note that holds the checksum of a file that was written with one. */
    public static final String CHECKSUM = Checksum.KEY;

    private final Path file;
    private final Map<String, String> metadata;

    /** Of what is mapped; a file that was read has none. */
    private final List<FileStamp> mapped;

    private volatile @Nullable Map<String, StoredTensor> tensors;

    private Checkpoint(Path file, List<FileStamp> mapped, Contents contents) {
        this.file = file;
        this.mapped = mapped;
        this.metadata = Collections.unmodifiableMap(contents.metadata());
        this.tensors = Collections.unmodifiableMap(contents.tensors());
    }

    /** Returns one checkpoint of the tensors of several files. */
    static Checkpoint joined(Path file, Map<String, StoredTensor> tensors, List<Checkpoint> parts) {
        List<FileStamp> stamps =
                parts.stream().flatMap(part -> part.mapped.stream()).toList();
        return new Checkpoint(file, stamps, new Contents(tensors, Map.of()));
    }

    /**
     * Writes tensors to a temporary file and maps them from there, as far as they are large; it is gone from its folder
     * when this returns.
     *
     * @param tensors the tensors, which may be made while they are written
     * @return them as a checkpoint
     * @throws IOException if there is no room for the file
     */
    public static Checkpoint temporary(List<StoredTensor> tensors) throws IOException {
        try (ScratchFolder scratch = ScratchFolder.ofSystem()) {
            Path written = scratch.path().resolve("tensors.safetensors");
            SafetensorsWriter.writeScratch(written, tensors);
            return open(written);
        }
    }

    /**
     * Returns a checkpoint without tensors, of a network whose weights lie elsewhere.
     *
     * @param file what stands in its place
     * @return the checkpoint
     */
    public static Checkpoint empty(Path file) {
        return new Checkpoint(file, List.of(), new Contents(Map.of(), Map.of()));
    }

    /**
     * Returns a checkpoint of the same tensors, open on its own.
     *
     * @return the view
     * @throws IllegalStateException if this one is closed
     */
    public Checkpoint view() {
        return view(tensors());
    }

    /**
     * Returns a checkpoint of the same file with other names, parts or shapes of its tensors, open on its own.
     *
     * @param views tensors made of this one's, by the names they shall have
     * @return the view
     */
    public Checkpoint view(Map<String, StoredTensor> views) {
        return new Checkpoint(file, mapped, new Contents(new LinkedHashMap<>(views), metadata));
    }

    /**
     * Returns a checkpoint of the same file in which rows follow those of one tensor, open on its own.
     *
     * @param name the tensor's name
     * @param rows what follows its rows, of the same shape but for their number
     * @return the view
     * @throws ModelFormatException if there is none of that name
     * @throws IllegalStateException if this checkpoint is closed
     */
    public Checkpoint withRows(String name, List<StoredTensor> rows) throws ModelFormatException {
        Map<String, StoredTensor> views = new LinkedHashMap<>(tensors());
        views.put(name, require(name).followedBy(rows));
        return view(views);
    }

    /**
     * Opens a file; its first bytes, not its name, tell the format.
     *
     * @param file a safetensors file or a PyTorch state dict
     * @return its tensors
     * @throws FileNotFoundException if there is no such file
     * @throws ModelFormatException if it is damaged or asks for anything that is refused; the message names the file
     *     and, where there is one, the tensor
     * @throws IOException if it cannot be read
     */
    public static Checkpoint open(Path file) throws IOException {
        if (Files.notExists(file)) {
            throw new FileNotFoundException("expected a file of weights, but was none (" + file + ")");
        }
        if (Files.isDirectory(file)) {
            throw new ModelFormatException("expected a file of weights, but was a folder (" + file + ")", file);
        }
        if (!Files.isRegularFile(file)) { // opening a pipe waits for someone to write to it
            throw new ModelFormatException("expected a file of weights, but was a special file (" + file + ")", file);
        }
        try (MappedFile mapped = MappedFile.open(file)) {
            return new Checkpoint(file, mapped.stamp().stream().toList(), Contents.of(mapped));
        }
    }

    /**
     * Opens the weights of a model's component, such as {@code unet/}. For each name in turn {@code .safetensors} is
     * preferred to {@code .fp16.safetensors}, {@code .bin} and {@code .fp16.bin}, the former for all names before the
     * next. Each may be in parts that an {@code .index.json} lists.
     *
     * @param folder the component's folder
     * @param baseNames file names without suffix: {@code diffusion_pytorch_model}; for a text encoder {@code model} and
     *     {@code pytorch_model}
     * @return the weights
     * @throws FileNotFoundException if none is there; the message lists what was looked for
     * @throws IOException as {@link #open(Path)} does
     */
    public static Checkpoint inFolder(Path folder, String... baseNames) throws IOException {
        return ComponentFiles.named(baseNames).open(folder);
    }

    /**
     * Tells whether a model's component has weights, as {@link #inFolder} finds them.
     *
     * @param folder the component's folder
     * @param baseNames file names without suffix
     * @return whether there are any
     */
    public static boolean isIn(Path folder, String... baseNames) {
        return ComponentFiles.named(baseNames).find(folder).isPresent();
    }

    /**
     * Returns the file.
     *
     * @return the file
     */
    public Path file() {
        return file;
    }

    /**
     * Returns the notes that a safetensors file carries beside its tensors.
     *
     * @return its {@code __metadata__}; of a PyTorch file, numbers and a name that are beside a nested state dict
     */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * Returns the names of all tensors.
     *
     * @return the names, in the file's order
     * @throws IllegalStateException if the checkpoint is closed
     */
    public Set<String> names() {
        return tensors().keySet();
    }

    /**
     * Returns whether there is a tensor of a name.
     *
     * @param name the name
     * @return whether it is there
     * @throws IllegalStateException if the checkpoint is closed
     */
    public boolean contains(String name) {
        return tensors().containsKey(name);
    }

    /**
     * Returns one tensor.
     *
     * @param name its name
     * @return the tensor
     * @throws IllegalArgumentException if there is none of that name; the message holds the most similar one
     * @throws IllegalStateException if the checkpoint is closed
     */
    public StoredTensor tensor(String name) {
        StoredTensor tensor = tensors().get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(missing(name));
        }
        return tensor;
    }

    /**
     * Returns a tensor that a file of its kind must have.
     *
     * @param name its name
     * @return the tensor
     * @throws ModelFormatException if there is none of that name; the message holds the most similar one
     * @throws IllegalStateException if the checkpoint is closed
     */
    public StoredTensor require(String name) throws ModelFormatException {
        if (!tensors().containsKey(name)) {
            throw new ModelFormatException(missing(name), file, name);
        }
        return tensor(name);
    }

    private String missing(String name) {
        return "expected tensor " + name + ", but was no such key, the nearest is "
                + NearestName.of(name, names()).orElse("none: the file is empty") + " (" + file + ")";
    }

    /**
     * Checks that a mapped file has not been written to since it was opened, as one that a new version is copied over:
     * what is read of it then is something else, and a page that is gone ends the process when native code asks for it.
     * Another file that was moved to its place does no harm. May be called after closing.
     *
     * @throws IllegalStateException if it has been written to; the message names the file
     */
    public void requireUnchanged() {
        mapped.forEach(FileStamp::requireUnchanged);
    }

    /**
     * Does work that reads elements, unless the file has been written to.
     *
     * @param <T> what the work gives
     * @param work reads elements in this thread
     * @return what the work gives
     * @throws IllegalStateException if the file has been written to, before or meanwhile; the message names it
     */
    public <T> T reading(Supplier<T> work) {
        requireUnchanged();
        try {
            return work.get();
        } catch (InternalError pageGone) { // what the JVM says of a mapped file that has become shorter
            requireUnchanged();
            throw pageGone;
        }
    }

    /**
     * Compares tensors and metadata with the checksum among the metadata. Reads all of the file.
     *
     * @return whether there is a checksum
     * @throws ModelFormatException if it is that of something else; the message names the file
     * @throws IllegalStateException if the checkpoint is closed
     */
    public boolean verifyChecksum() throws ModelFormatException {
        String noted = metadata.get(Checksum.KEY);
        if (noted == null) {
            return false;
        }
        String actual = reading(this::checksum);
        if (!noted.equals(actual)) {
            throw new ModelFormatException(
                    "expected content whose checksum is " + noted + ", but was " + actual
                            + "; the file is damaged: take another copy of it (" + file + ")",
                    file);
        }
        return true;
    }

    /**
     * Hashes a description of the network and every tensor with its name, type and shape, in the order of names. Reads
     * all of the file.
     *
     * @param network its dimensions in words
     * @return the hash
     * @throws IllegalStateException if the checkpoint is closed or its file has been written to; the message names it
     */
    public String fingerprint(String network) {
        return reading(() -> {
            ContentHash hash = new ContentHash().add(StandardCharsets.UTF_8.encode(network));
            for (StoredTensor tensor : new TreeMap<>(tensors()).values()) {
                hash.add(StandardCharsets.UTF_8.encode(tensor.name() + " " + tensor.type() + tensor.shape()))
                        .add(tensor.data());
            }
            return hash.finish();
        });
    }

    private String checksum() {
        Checksum checksum = new Checksum();
        for (StoredTensor tensor : tensors().values()) {
            checksum.add(tensor.name(), tensor.type(), tensor.shape(), new ContentHash().add(tensor.data()));
        }
        return checksum.with(metadata);
    }

    private Map<String, StoredTensor> tensors() {
        Map<String, StoredTensor> open = tensors;
        if (open == null) {
            throw new IllegalStateException("expected an open checkpoint, but was closed (" + file + ")");
        }
        return open;
    }

    /** Lets go of the tensors; those taken before stay valid. */
    @Override
    public void close() {
        tensors = null;
    }
}
