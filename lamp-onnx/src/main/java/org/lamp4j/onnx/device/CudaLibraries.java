package org.lamp4j.onnx.device;

import com.google.common.base.Suppliers;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The libraries that ONNX Runtime's CUDA provider needs of the machine. On Linux the provider itself says which; where
 * it cannot be read they are those of the one that {@code onnxruntime_gpu} has. cuFFT, which comes with the same
 * packages, is not among the latter: it is loaded for operators that no graph here has.
 *
 * @param isFound tells whether the system's loader would find a file of this name
 * @param folder where the program says that ONNX Runtime's own libraries are; empty if it does not
 */
record CudaLibraries(Predicate<String> isFound, Optional<Path> folder) {

    /** Where ONNX Runtime's Java binding looks first. */
    static final String FOLDER_PROPERTY = "onnxruntime.native.path";

    /**
     * Libraries that were not found.
     *
     * @param products what the provider needs, such as {@code CUDA 12 and cuDNN 9}
     * @param names those that are missing, each with what it is part of
     */
    record Missing(String products, String names) {}

    private static final String DEFAULT_CUDA = "12";
    private static final String CUDNN = "libcudnn.so.9";

    private static final List<String> OF_LINUX = List.of(
            "libcublasLt.so.12", "libcublas.so.12", "libcurand.so.10", "libcudart.so.12", "libcuda.so.1", CUDNN);

    private static final List<String> OF_WINDOWS = List.of(
            "cublasLt64_12.dll",
            "cublas64_12.dll",
            "curand64_10.dll",
            "cudart64_12.dll",
            "nvcuda.dll",
            "cudnn64_9.dll");

    /** The loader of Linux names the first library it does not find; that of Windows names none. */
    private static final Pattern NOT_FOUND =
            Pattern.compile("(lib[\\w+-]+\\.so[\\w.]*): cannot open shared object file");

    private static final Pattern NOT_LOADED_ON_WINDOWS = Pattern.compile("LoadLibrary failed|[Ee]rror 126");

    private static final Pattern PROVIDER =
            Pattern.compile("Failed to load library (.+libonnxruntime_providers_cuda\\.so) with error");

    /** Which the provider asks for without a version, when it loads it with the first convolution. */
    private static final String CUDNN_WITHOUT_VERSION = "libcudnn.so";

    private static final Pattern DRIVER = Pattern.compile("libcuda\\.so.*|nvcuda\\.dll");
    private static final Pattern CUDNN_VERSION = Pattern.compile("(?:lib)?cudnn(?:\\.so\\.|64_)(\\d+).*");
    private static final Pattern CUDA_VERSION =
            Pattern.compile("(?:lib)?(?:cublasLt|cublas|cudart)(?:\\.so\\.|64_)(\\d+).*");
    private static final Pattern OF_CUDA =
            Pattern.compile("(?:lib)?(?:cublas|cudart|curand|cufft|cusolver|cusparse|nvrtc|nvJitLink).*");

    /** Looks where this system does, once something fails: a device that works needs no search. */
    static CudaLibraries ofSystem() {
        Supplier<LibrarySearch> search = Suppliers.memoize(LibrarySearch::ofSystem);
        return new CudaLibraries(
                file -> search.get().test(file),
                Optional.ofNullable(System.getProperty(FOLDER_PROPERTY)).flatMap(CudaLibraries::path));
    }

    /**
     * Says which of the libraries are missing that the provider of {@code onnxruntime_gpu} needs.
     *
     * @return their names and what they are part of; empty if none is
     */
    Optional<String> missing() {
        List<String> needed = ofArtifact();
        List<String> missing =
                needed.stream().filter(file -> !isFound.test(file)).toList();
        return missing.isEmpty() ? Optional.empty() : Optional.of(said(missing, needed));
    }

    /**
     * Says which libraries are missing, when the provider has failed.
     *
     * @param reason what ONNX Runtime said
     * @return the libraries; empty if the reason is another one
     */
    Optional<Missing> missing(String reason) {
        Optional<String> named = named(reason);
        if (named.isEmpty() && !NOT_LOADED_ON_WINDOWS.matcher(reason).find()) {
            return Optional.empty();
        }
        List<String> needed = needed(reason, named);
        List<String> missing = needed.stream()
                .filter(file -> named.filter(name -> isSame(name, file)).isPresent() || !isFound.test(file))
                .toList();
        return missing.isEmpty() ? Optional.empty() : Optional.of(new Missing(products(needed), said(missing, needed)));
    }

    /**
     * Returns the library that the loader did not find.
     *
     * @param reason what ONNX Runtime said
     * @return its name; empty if the reason names none
     */
    static Optional<String> named(String reason) {
        Matcher named = NOT_FOUND.matcher(reason);
        return named.find() ? Optional.of(named.group(1)) : Optional.empty();
    }

    private static boolean isSame(String named, String file) {
        return file.equals(named) || (named.equals(CUDNN_WITHOUT_VERSION) && isCudnn(file));
    }

    private List<String> needed(String reason, Optional<String> named) {
        List<String> needed = new ArrayList<>(provider(reason).map(NeededLibraries::of).orElse(List.of()).stream()
                .filter(file -> product(file, List.of()).isPresent())
                .toList());
        if (needed.isEmpty()) {
            needed.addAll(ofArtifact());
            if (named.filter(name -> CUDA_VERSION.matcher(name).matches() && !needed.contains(name))
                    .isPresent()) {
                needed.clear(); // it is a build for another CUDA
            }
        }
        if (needed.stream().noneMatch(CudaLibraries::isCudnn)) {
            needed.add(CUDNN);
        }
        named.filter(name -> needed.stream().noneMatch(file -> isSame(name, file)))
                .ifPresent(name -> needed.add(0, name));
        return needed;
    }

    private Optional<Path> provider(String reason) {
        Matcher loading = PROVIDER.matcher(reason);
        return loading.find()
                ? path(loading.group(1))
                : folder.map(known -> known.resolve(System.mapLibraryName("onnxruntime_providers_cuda")));
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static List<String> ofArtifact() {
        return LibrarySearch.isWindows() ? OF_WINDOWS : OF_LINUX;
    }

    private static boolean isCudnn(String file) {
        return CUDNN_VERSION.matcher(file).matches();
    }

    private static String products(List<String> needed) {
        return "CUDA " + version(CUDA_VERSION, needed).orElse(DEFAULT_CUDA) + " and cuDNN "
                + version(CUDNN_VERSION, needed).orElseThrow();
    }

    private static Optional<String> version(Pattern pattern, List<String> files) {
        return files.stream()
                .map(pattern::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .findFirst();
    }

    /** Says what a file is part of; empty if it is of neither NVIDIA's. */
    private static Optional<String> product(String file, List<String> needed) {
        if (DRIVER.matcher(file).matches()) {
            return Optional.of("NVIDIA's driver");
        } else if (isCudnn(file)) {
            return version(CUDNN_VERSION, List.of(file)).map(version -> "cuDNN " + version);
        } else if (OF_CUDA.matcher(file).matches()) {
            return Optional.of("CUDA " + version(CUDA_VERSION, needed).orElse(DEFAULT_CUDA));
        }
        return Optional.empty();
    }

    private static String said(List<String> missing, List<String> needed) {
        return missing.stream()
                .map(file -> file
                        + product(file, needed).map(name -> " (" + name + ")").orElse(""))
                .collect(Collectors.joining(", "));
    }
}
