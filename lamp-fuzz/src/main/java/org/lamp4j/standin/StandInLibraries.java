package org.lamp4j.standin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Builds the stand-in's libraries with gcc, from their sources and the list {@code libraries.txt}. */
final class StandInLibraries {

    private static final String LIST = "libraries.txt";
    private static final String LIBRARY = "library ";
    private static final String HEADER = "handles.h";

    /**
     * One library.
     *
     * @param name its file and SONAME
     * @param sources the files that say what some of its functions do
     * @param successes names of functions that only succeed
     */
    private record Library(String name, List<String> sources, List<String> successes) {}

    private StandInLibraries() {}

    /**
     * Builds all libraries.
     *
     * @param folder where to; made if it is not there
     * @return the libraries' files
     */
    static List<Path> buildIn(Path folder) throws IOException, InterruptedException {
        Path sources = Files.createDirectories(folder.resolve("sources"));
        copy(HEADER, sources);
        List<Path> built = new ArrayList<>();
        for (Library library : listed()) {
            built.add(build(library, sources, folder));
        }
        return built;
    }

    private static List<Library> listed() throws IOException {
        List<Library> libraries = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(resource(LIST), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(LIBRARY)) {
                    List<String> words =
                            List.of(line.substring(LIBRARY.length()).split(" "));
                    libraries.add(new Library(words.get(0), words.subList(1, words.size()), new ArrayList<>()));
                } else if (!line.startsWith("#")) {
                    libraries.get(libraries.size() - 1).successes().add(line.strip());
                }
            }
        }
        return libraries;
    }

    private static Path build(Library library, Path sources, Path folder) throws IOException, InterruptedException {
        Path successes = sources.resolve(library.name() + ".c");
        Files.writeString(
                successes,
                library.successes().stream()
                        .map(name -> "int " + name + "(void) { return 0; }\n")
                        .collect(Collectors.joining()));
        // ONNX Runtime's provider asks for functions of a version that has the library's name
        Path versions = sources.resolve(library.name() + ".map");
        Files.writeString(versions, library.name() + " { global: *; };\n");
        Path include = Path.of(System.getProperty("java.home"), "include");
        Path target = folder.resolve(library.name());
        List<String> command = new ArrayList<>(List.of(
                "gcc",
                "-O1",
                "-shared",
                "-fPIC",
                "-I" + include,
                "-I" + include.resolve("linux"),
                "-Wl,-soname," + library.name(),
                "-Wl,--version-script=" + versions,
                "-o",
                target.toString(),
                successes.toString()));
        for (String source : library.sources()) {
            command.add(copy(source, sources).toString());
        }
        command.add("-lpthread");
        run(command);
        return target;
    }

    private static Path copy(String name, Path folder) throws IOException {
        Path target = folder.resolve(name);
        try (InputStream content = resource(name)) {
            Files.write(target, content.readAllBytes());
        }
        return target;
    }

    private static InputStream resource(String name) {
        InputStream content = StandInLibraries.class.getResourceAsStream(name);
        if (content == null) {
            throw new UncheckedIOException(new IOException("expected " + name + " beside this class"));
        }
        return content;
    }

    static boolean hasCompiler() throws InterruptedException {
        try {
            run(List.of("gcc", "--version"));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("expected that " + command + " succeeds, but was: " + output);
        }
    }
}
