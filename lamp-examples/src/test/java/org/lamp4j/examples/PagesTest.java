package org.lamp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the pages name and link to is there: classes, tests, members, files, headings. */
class PagesTest {

    private static final Path REPOSITORY = Path.of("..");

    private static final Pattern CODE_BLOCK = Pattern.compile("(?s)```.*?```");

    /** A class in code letters, on its own or with a member of it. */
    private static final Pattern CLASS =
            Pattern.compile("`([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)(?:[.#](\\w+)(?:\\(\\))?)?`");

    private static final Pattern DECLARATION = Pattern.compile("\\b(?:class|record|enum|interface)\\s+(\\w+)");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^):#]*)(?:#([^)]*))?\\)");

    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    /** Names of others: of the JDK, of ONNX's operators, of JavaCV, of Linux. */
    private static final Set<String> FOREIGN = Set.of(
            "ArithmeticException",
            "AutoCloseable",
            "BufferedImage",
            "IllegalArgumentException",
            "IllegalStateException",
            "IOException",
            "OutOfMemoryError",
            "Runtime",
            "ServiceLoader",
            "System",
            "ConvTranspose",
            "Expand",
            "Loop",
            "FFmpegFrameGrabber",
            "ImageMode",
            "RssAnon",
            "VmHWM");

    private static final Map<String, List<String>> SOURCES_BY_CLASS = new HashMap<>();

    private static List<Path> pages;

    @BeforeAll
    static void readSources() throws IOException {
        try (Stream<Path> files = Files.walk(REPOSITORY)) {
            for (Path file : files.filter(PagesTest::isKept).toList()) {
                String source = Files.readString(file);
                DECLARATION
                        .matcher(source)
                        .results()
                        .forEach(declaration -> SOURCES_BY_CLASS
                                .computeIfAbsent(declaration.group(1), name -> new ArrayList<>())
                                .add(source));
            }
        }
        try (Stream<Path> folder = Files.list(REPOSITORY);
                Stream<Path> docs = Files.list(REPOSITORY.resolve("docs"))) {
            pages = Stream.concat(folder, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        }
    }

    private static boolean isKept(Path file) {
        String path = file.toString().replace('\\', '/');
        return path.endsWith(".java") && path.contains("/src/") && !path.contains("/target/");
    }

    private static String text(Path page) throws IOException {
        return CODE_BLOCK.matcher(Files.readString(page)).replaceAll("");
    }

    @Test
    void pages_classesAndMembersTheyName_areThere() throws IOException {
        List<String> missing = new ArrayList<>();
        int count = 0;
        for (Path page : pages) {
            if (page.endsWith("CHANGELOG.md")) {
                continue; // it tells of what was
            }
            for (MatchResult name : CLASS.matcher(text(page)).results().toList()) {
                count++;
                List<String> sources = SOURCES_BY_CLASS.getOrDefault(name.group(1), List.of());
                boolean there = name.group(2) == null
                        ? !sources.isEmpty()
                        : sources.stream().anyMatch(source -> source.contains(name.group(2)));
                if (!there && !FOREIGN.contains(name.group(1))) {
                    missing.add(name.group() + " in " + page);
                }
            }
        }
        assertThat(missing).as("names that are nowhere in the sources").isEmpty();
        assertThat(count).isGreaterThan(100);
    }

    @Test
    void pages_linksToFilesAndHeadings_leadSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages) {
            for (MatchResult link : LINK.matcher(text(page)).results().toList()) {
                Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
                boolean there = Files.exists(target)
                        && (link.group(2) == null || anchors(target).contains(link.group(2)));
                if (!there) {
                    broken.add(link.group() + " in " + page);
                }
            }
        }
        assertThat(broken).as("links that lead nowhere").isEmpty();
    }

    /** Headings as GitHub names them in links: in small letters, without signs, with hyphens for spaces. */
    private static Set<String> anchors(Path page) throws IOException {
        return HEADING.matcher(text(page))
                .results()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
