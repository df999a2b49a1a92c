package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.razorvine.pickle.Opcodes;
import org.lamp4j.fuzz.ReaderFuzzTest;
import org.lamp4j.onnx.weights.PickleAssembler.Layout;

/** Damages the pickle only; the archive around it is made anew each time. */
class TorchUnpicklerFuzzTest extends ReaderFuzzTest {

    private static final int STORAGE_FLOATS = 12;

    @Override
    protected List<Path> write(Path folder) throws IOException {
        Path file = folder.resolve("model.bin");
        replace(file, valid());
        return List.of(file);
    }

    private static byte[] valid() {
        return new PickleAssembler()
                .orderedDict()
                .text("conv_in.weight")
                .tensor("FloatStorage", "0", STORAGE_FLOATS, new Layout(2, new int[] {2, 3}, new int[] {3, 1}))
                .op(Opcodes.SETITEM)
                .text("conv_in.bias")
                .tensor("FloatStorage", "0", STORAGE_FLOATS, Layout.vector(STORAGE_FLOATS))
                .op(Opcodes.SETITEM)
                .stop();
    }

    @Override
    protected byte[] content(Path file) {
        return valid();
    }

    @Override
    protected void replace(Path file, byte[] pickle) throws IOException {
        Files.deleteIfExists(file);
        try (ZipOutputStream archive = new ZipOutputStream(Files.newOutputStream(file))) {
            archive.setMethod(ZipOutputStream.STORED);
            store(archive, "archive/data.pkl", pickle);
            store(archive, "archive/data/0", new byte[STORAGE_FLOATS * Float.BYTES]);
        }
    }

    private static void store(ZipOutputStream archive, String name, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        archive.putNextEntry(entry);
        archive.write(content);
    }

    @Override
    protected void read(Path file) throws IOException {
        TestFiles.readAll(file);
    }
}
