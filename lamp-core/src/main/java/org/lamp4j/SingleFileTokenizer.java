package org.lamp4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.ModelLinks;
import org.lamp4j.spi.SingleFileModel;
import org.lamp4j.spi.SingleFileModel.Vocabulary;
import org.lamp4j.text.ClipTokenizer;

/**
 * Finds the tokenizer of a model that is a single file: the one that comes with this library, or one beside the file.
 */
final class SingleFileTokenizer {

    private static final String FOLDER = "tokenizer";
    private static final String VOCABULARY = "vocab.json";

    private SingleFileTokenizer() {}

    static ClipTokenizer of(Path file, SingleFileModel model) throws IOException {
        if (model.vocabularySize() == ClipTokenizer.CLIP_VOCABULARY_SIZE) {
            return model.vocabulary() == Vocabulary.OPEN_CLIP ? ClipTokenizer.openClip() : ClipTokenizer.clip();
        }
        Path beside = file.toAbsolutePath().resolveSibling("");
        Path folder = beside.resolve(FOLDER);
        if (Files.isDirectory(folder)) {
            ModelLinks.check(beside, List.of(FOLDER));
            return ClipTokenizer.read(folder);
        }
        if (Files.exists(beside.resolve(VOCABULARY))) {
            return ClipTokenizer.read(beside);
        }
        throw new ModelFormatException(
                "expected a text encoder of CLIP's " + ClipTokenizer.CLIP_VOCABULARY_SIZE + " tokens, or its own "
                        + VOCABULARY + " and merges.txt in " + folder + " or beside the file, but was "
                        + model.vocabularySize() + " tokens and no such files (" + file + ")",
                file);
    }
}
