package org.lamp4j.onnx.device;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lamp4j.device.Device;
import org.lamp4j.errors.DeviceUnavailableException;
import org.lamp4j.files.PrintableText;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.OnnxRuntime;

/**
 * Finds out whether a CUDA GPU works, and if not, why.
 *
 * @param providers what ONNX Runtime can compute on
 * @param libraries those of the machine
 * @param probe runs something on a device, or throws an {@link IllegalStateException} with ONNX Runtime's reason
 */
record CudaCheck(Set<String> providers, CudaLibraries libraries, Consumer<ComputeDevice> probe) {

    private static final String CUDA = "CUDA";
    private static final String GPU_ARTIFACT = "com.microsoft.onnxruntime:onnxruntime_gpu";

    /** What the native library of the Java binding says that was built without CUDA, whatever ONNX Runtime has. */
    private static final String NO_CUDA_IN_BINDING = "not compiled with CUDA support";

    /** What the Java binding says. */
    private static final String NO_PROVIDER_FILE = "Failed to find CUDA shared provider";

    private static final Pattern NO_SUCH_GPU =
            Pattern.compile("Invalid device ID: \\d+, must be between 0 \\(inclusive\\) and (\\d+) \\(exclusive\\)");

    static CudaCheck ofMachine() {
        return new CudaCheck(OnnxRuntime.providers(), CudaLibraries.ofSystem(), Probe::run);
    }

    /**
     * Takes a GPU, if it works.
     *
     * @param wanted a CUDA GPU
     * @return the device
     * @throws DeviceUnavailableException if it does not; the message says what is missing
     */
    ComputeDevice require(Device wanted) {
        if (!providers.contains(CUDA)) {
            throw new DeviceUnavailableException(withoutProvider() + " (" + wanted + ")");
        }
        Device probed =
                Device.cuda(wanted.index()).withPrecision(wanted.precision()).withCudaOptions(wanted.cudaOptions());
        try {
            probe.accept(ComputeDevice.of(probed).quiet());
            return ComputeDevice.of(wanted);
        } catch (IllegalStateException e) {
            String reason = PrintableText.line(String.valueOf(e.getMessage()));
            throw new DeviceUnavailableException(explained(wanted, reason) + " (" + wanted + ")", e);
        }
    }

    private String withoutProvider() {
        String install =
                libraries.missing().map(names -> ", and install " + names).orElse("");
        return libraries
                .folder()
                .map(folder -> "expected an ONNX Runtime with the CUDA provider, but the one of "
                        + CudaLibraries.FOLDER_PROPERTY + " has " + providers
                        + "; put the libraries of a build with CUDA"
                        + " into " + folder)
                .orElse("expected an ONNX Runtime with the CUDA provider, but this one has " + providers + "; put "
                        + GPU_ARTIFACT + " on the class path instead of onnxruntime" + install);
    }

    private String explained(Device wanted, String reason) {
        Matcher count = NO_SUCH_GPU.matcher(reason);
        if (count.find()) {
            return "expected one of " + count.group(1) + " CUDA GPUs, counted from 0, but was " + wanted.index();
        }
        if (reason.contains(NO_CUDA_IN_BINDING)) {
            return "expected a Java binding of ONNX Runtime with CUDA, but its native library "
                    + System.mapLibraryName("onnxruntime4j_jni") + " is the one without, of"
                    + " com.microsoft.onnxruntime:onnxruntime; take the one of " + GPU_ARTIFACT
                    + ", of the same version";
        }
        Optional<String> own = reason.contains(NO_PROVIDER_FILE)
                ? Optional.of(System.mapLibraryName("onnxruntime_providers_cuda"))
                : CudaLibraries.named(reason).filter(file -> file.startsWith("libonnxruntime"));
        if (own.isPresent()) {
            return "expected " + own.get()
                    + " beside ONNX Runtime's other libraries, but there is none; put all libraries"
                    + " of one build with CUDA into one folder";
        }
        return libraries
                .missing(reason)
                .map(missing -> "expected the libraries of " + missing.products() + ", but was without "
                        + missing.names() + "; install what is missing, or put its folder on "
                        + (LibrarySearch.isWindows() ? "PATH" : "LD_LIBRARY_PATH"))
                .orElse("expected a GPU that runs a small graph, but was: " + reason);
    }
}
