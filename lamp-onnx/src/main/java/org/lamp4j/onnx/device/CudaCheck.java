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
            throw new DeviceUnavailableException("expected an ONNX Runtime with the CUDA provider, but this one has "
                    + providers + "; put com.microsoft.onnxruntime:onnxruntime_gpu on the class path instead of"
                    + " onnxruntime"
                    + libraries.missing().map(names -> ", and install " + names).orElse("") + " (" + wanted + ")");
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

    private String explained(Device wanted, String reason) {
        Matcher count = NO_SUCH_GPU.matcher(reason);
        if (count.find()) {
            return "expected one of " + count.group(1) + " CUDA GPUs, counted from 0, but was " + wanted.index();
        }
        Optional<String> missing = libraries.missing(reason);
        if (missing.isPresent()) {
            return "expected the libraries of CUDA 12 and cuDNN 9, but was without " + missing.get()
                    + "; install what is missing, or put its folder on "
                    + (LibrarySearch.isWindows() ? "PATH" : "LD_LIBRARY_PATH");
        }
        return "expected a GPU that runs a small graph, but was: " + reason;
    }
}
