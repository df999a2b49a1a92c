package org.lamp4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description of the API, its handlers, and the page that calls them, say the same. */
class StudioApiTest {

    private static final Path PAGE = Path.of("src/main/resources/org/lamp4j/examples/studio");
    private static final String NOBODY = "0123456789abcdef";

    @TempDir
    private static Path folder;

    private static Studio studio;
    private static StudioClient page;

    @BeforeAll
    static void open() throws IOException {
        studio = StudioClient.open(folder);
        page = new StudioClient(studio);
    }

    @AfterAll
    static void close() {
        studio.close();
    }

    private static List<String> described() throws Exception {
        List<String> routes = new ArrayList<>();
        page.get("openapi.json")
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    if (!method.getKey().equals("parameters")) {
                        routes.add(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
                    }
                }));
        return routes;
    }

    @Test
    void description_routes_areThoseOfTheHandlers() throws Exception {
        assertThat(described())
                .containsExactlyInAnyOrderElementsOf(studio.routes().stream()
                        .map(route -> route.method() + " " + route.template())
                        .toList());
    }

    /** What needs something that is not there says so in its own words, and not that there is no such route. */
    @Test
    void description_everyRoute_isAnswered() throws Exception {
        for (String route : described()) {
            String method = route.split(" ", -1)[0];
            String path = route.split(" ", -1)[1].replace("{id}", NOBODY);
            if (path.equals("/api/events") || path.equals("/api/samples")) {
                continue; // StudioJourneyTest hears and sees them
            }
            HttpResponse<byte[]> response = page.send(
                    page.request(path).method(method, BodyPublishers.ofString(method.equals("GET") ? "" : "{}")));
            assertThat(response.statusCode()).as(route).isIn(200, 400, 404, 409);
            assertThat(new String(response.body(), StandardCharsets.UTF_8))
                    .as(route)
                    .doesNotContain("under this address");
        }
    }

    @Test
    void description_itsReferences_leadSomewhere() throws Exception {
        JsonNode description = page.get("openapi.json");
        List<JsonNode> references = description.findValues("$ref");
        assertThat(references).isNotEmpty();
        for (JsonNode reference : references) {
            assertThat(description.at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse();
        }
    }

    @Test
    void page_addressesInItsModules_areServed() throws Exception {
        Pattern call = Pattern.compile(
                "[`\"]((?:sources|images|jobs|patterns|results|samples|model|state|events)(?:/[^`\"?]*)?)[`\"?]");
        List<String> templates = studio.routes().stream().map(Route::template).toList();
        int count = 0;
        try (Stream<Path> files = Files.list(PAGE)) {
            for (Path module :
                    files.filter(file -> file.toString().endsWith(".js")).toList()) {
                for (MatchResult found :
                        call.matcher(Files.readString(module)).results().toList()) {
                    String path = "/api/" + found.group(1).replaceFirst("\\$\\{[^}]*}", "{id}");
                    count++;
                    assertThat(templates)
                            .as(module + ": " + path)
                            .anyMatch(template -> template.matches(
                                    Pattern.quote(path).replaceAll("\\$\\{[^}]*}", "\\\\E[^/]+\\\\Q")));
                }
            }
        }
        assertThat(count).isGreaterThan(20);
    }

    @Test
    void page_filesItNames_areServedWithTheirTypes() throws Exception {
        try (Stream<Path> files = Files.list(PAGE)) {
            for (Path file : files.toList()) {
                HttpResponse<byte[]> response = page.send(page.request("/" + file.getFileName()));
                assertThat(response.statusCode()).as(file.toString()).isEqualTo(200);
                assertThat(response.body()).isEqualTo(Files.readAllBytes(file));
            }
        }
        assertThat(page.send(page.request("/main.js")).headers().firstValue("Content-Type"))
                .contains("text/javascript; charset=utf-8");
    }
}
