package org.lamp4j.onnx.device;

import com.google.common.base.Suppliers;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The libraries that ONNX Runtime's CUDA provider needs of the machine. cuFFT, which comes with the same packages, is
 * not among them: the provider loads it for operators that no graph here has.
 *
 * @param isFound tells whether the system's loader would find a file of this name
 */
record CudaLibraries(Predicate<String> isFound) {

    private record Library(String file, String product) {
        @Override
        public String toString() {
            return file + " (" + product + ")";
        }
    }

    private static final String CUDA = "CUDA 12";
    private static final String DRIVER = "NVIDIA's driver";
    private static final String CUDNN = "cuDNN 9";

    private static final List<Library> OF_LINUX = List.of(
            new Library("libcublasLt.so.12", CUDA),
            new Library("libcublas.so.12", CUDA),
            new Library("libcurand.so.10", CUDA),
            new Library("libcudart.so.12", CUDA),
            new Library("libcuda.so.1", DRIVER),
            new Library("libcudnn.so.9", CUDNN));

    private static final List<Library> OF_WINDOWS = List.of(
            new Library("cublasLt64_12.dll", CUDA),
            new Library("cublas64_12.dll", CUDA),
            new Library("curand64_10.dll", CUDA),
            new Library("cudart64_12.dll", CUDA),
            new Library("nvcuda.dll", DRIVER),
            new Library("cudnn64_9.dll", CUDNN));

    /** The loader names the first library it does not find, and the provider asks for cuDNN without a version. */
    private static final Pattern NOT_FOUND =
            Pattern.compile("(lib[\\w-]+\\.so[\\w.]*): cannot open shared object file");

    private static final String CUDNN_WITHOUT_VERSION = "libcudnn.so";

    /** Looks where this system does, once something fails: a device that works needs no search. */
    static CudaLibraries ofSystem() {
        Supplier<LibrarySearch> search = Suppliers.memoize(LibrarySearch::ofSystem);
        return new CudaLibraries(file -> search.get().test(file));
    }

    /**
     * Says which libraries are missing.
     *
     * @return their names and what they are part of; empty if none is
     */
    Optional<String> missing() {
        return said(needed().stream()
                .filter(library -> !isFound.test(library.file()))
                .toList());
    }

    /**
     * Says which libraries are missing, when the provider has failed.
     *
     * @param reason what ONNX Runtime said
     * @return their names; empty if the reason is another one
     */
    Optional<String> missing(String reason) {
        Matcher named = NOT_FOUND.matcher(reason);
        if (!named.find()) {
            return missing();
        }
        String file = named.group(1);
        if (!file.equals(CUDNN_WITHOUT_VERSION)
                && needed().stream().noneMatch(library -> library.file().equals(file))) {
            return Optional.of(file + " (which this build of ONNX Runtime asks for)");
        }
        return said(needed().stream()
                .filter(library -> library.file().equals(file)
                        || (file.equals(CUDNN_WITHOUT_VERSION)
                                && library.product().equals(CUDNN))
                        || !isFound.test(library.file()))
                .toList());
    }

    private static List<Library> needed() {
        return LibrarySearch.isWindows() ? OF_WINDOWS : OF_LINUX;
    }

    private static Optional<String> said(List<Library> libraries) {
        return libraries.isEmpty()
                ? Optional.empty()
                : Optional.of(libraries.stream().map(Library::toString).collect(Collectors.joining(", ")));
    }
}
