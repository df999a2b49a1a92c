package org.lamp4j.examples.studio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.AtomicFolder;
import org.lamp4j.files.StrictJson;

/**
 * The things of one kind that the studio keeps: each in a folder that is named by its id, with a JSON file that
 * describes it. Pages hear of each change.
 */
final class Shelf {

    private static final Comparator<ObjectNode> BY_TIME =
            Comparator.comparing(description -> description.path("created").asText());

    private static final System.Logger LOG = System.getLogger(Shelf.class.getName());
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 8;
    private static final long MAX_DESCRIPTION_BYTES = 1 << 20;

    private final Kind kind;
    private final Path folder;
    private final Path trash;
    private final Events events;
    private final UnaryOperator<ObjectNode> view;
    private final Map<String, ObjectNode> byId = new TreeMap<>();

    /**
     * What kind of things.
     *
     * @param folder their folder's name
     * @param file the name of the file that describes one
     * @param event the name of the event that tells of a change
     * @param thing what one is called
     */
    record Kind(String folder, String file, String event, String thing) {}

    /**
     * Reads what is there; what cannot be read is left where it is, and passed over with a warning.
     *
     * @param studio the studio's folder
     * @param view makes of a description what is shown of it
     */
    Shelf(Path studio, Kind kind, Events events, UnaryOperator<ObjectNode> view) throws IOException {
        this.kind = kind;
        this.folder = Files.createDirectories(studio.resolve(kind.folder()));
        this.trash = Files.createDirectories(studio.resolve("trash").resolve(kind.folder()));
        this.events = events;
        this.view = view;
        for (Path place : children(folder)) {
            String id = place.getFileName().toString();
            if (Route.ID.matcher(id).matches()) {
                read(place).ifPresent(description -> byId.put(id, description.put("id", id)));
            }
        }
    }

    private Optional<ObjectNode> read(Path place) {
        Path file = place.resolve(kind.file());
        try {
            if (Files.size(file) <= MAX_DESCRIPTION_BYTES
                    && StrictJson.reader().readTree(Files.readAllBytes(file)) instanceof ObjectNode description) {
                return Optional.of(description);
            }
            LOG.log(System.Logger.Level.WARNING, () -> "passed over, as it is no description: " + file);
        } catch (IOException damaged) {
            LOG.log(System.Logger.Level.WARNING, () -> "passed over: " + file + ": " + damaged.getMessage());
        }
        return Optional.empty();
    }

    static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList();
        }
    }

    static String newId() {
        byte[] random = new byte[ID_BYTES];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    Path place(String id) {
        return folder.resolve(id);
    }

    /** Returns a copy of the description of what must be there. */
    synchronized ObjectNode get(String id) {
        ObjectNode description = byId.get(id);
        if (description == null) {
            throw Refusal.notFound(kind.thing());
        }
        return description.deepCopy();
    }

    synchronized boolean has(String id) {
        return byId.containsKey(id);
    }

    /** Returns copies of all descriptions, the oldest first. */
    synchronized List<ObjectNode> all() {
        List<ObjectNode> all = new ArrayList<>();
        byId.values().forEach(description -> all.add(description.deepCopy()));
        all.sort(BY_TIME);
        return all;
    }

    synchronized int size() {
        return byId.size();
    }

    /** Returns a copy of the oldest description. */
    synchronized Optional<ObjectNode> oldest() {
        return byId.values().stream().min(BY_TIME).map(ObjectNode::deepCopy);
    }

    Answer list(boolean newestFirst) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (ObjectNode description : all()) {
            list.insert(newestFirst ? 0 : list.size(), view.apply(description));
        }
        return Answer.json(list);
    }

    Answer show(String id) {
        return Answer.json(view.apply(get(id)));
    }

    /**
     * Adds a thing, which is there whole or not at all.
     *
     * @param content writes its files into a folder
     * @param description what is said of it; gets the time, unless it has one
     */
    void add(String id, AtomicFolder.Content content, ObjectNode description) throws IOException {
        description.put("id", id);
        if (!description.has("created")) {
            description.put("created", Moments.now());
        }
        AtomicFolder.write(place(id), staged -> {
            content.writeTo(staged);
            AtomicFile.write(staged.resolve(kind.file()), StrictJson.indented(description));
        });
        remember(id, description);
    }

    /** Writes a new description of a thing that is there. */
    void update(String id, ObjectNode description) throws IOException {
        AtomicFile.write(place(id).resolve(kind.file()), StrictJson.indented(description));
        remember(id, description);
    }

    /** Shows a new description without keeping it. */
    void remember(String id, ObjectNode description) {
        ObjectNode kept = description.deepCopy();
        synchronized (this) {
            byId.put(id, kept);
        }
        events.publish(kind.event(), view.apply(kept.deepCopy()));
    }

    /** Tells pages of all things anew, after something has changed that their view depends on. */
    void tellAll() {
        all().forEach(description -> events.publish(kind.event(), view.apply(description)));
    }

    void delete(String id) throws IOException {
        forget(id);
        deleteTree(place(id));
    }

    /** Moves a thing to where it can be brought back from. */
    void discard(String id) throws IOException {
        get(id);
        Files.move(place(id), trash.resolve(id), StandardCopyOption.ATOMIC_MOVE);
        Files.setLastModifiedTime(trash.resolve(id), FileTime.from(Instant.now()));
        forget(id);
    }

    Answer restore(String id) throws IOException {
        Path thrown = trash.resolve(id);
        if (!Files.isDirectory(thrown)) {
            throw Refusal.notFound(kind.thing() + " in the trash");
        }
        Files.move(thrown, place(id), StandardCopyOption.ATOMIC_MOVE);
        remember(
                id,
                read(place(id))
                        .orElseThrow(() -> Refusal.notFound(kind.thing()))
                        .put("id", id));
        return show(id);
    }

    private void forget(String id) {
        synchronized (this) {
            if (byId.remove(id) == null) {
                throw Refusal.notFound(kind.thing());
            }
        }
        events.publishDeleted(kind.event(), id);
    }

    static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(tree)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }

    static void copy(Path from, Path to) throws IOException {
        AtomicFile.write(to, output -> {
            try (InputStream input = Files.newInputStream(from)) {
                input.transferTo(output);
            }
        });
    }

    static Answer deleted() {
        return Answer.json(JsonNodeFactory.instance.objectNode());
    }

    static String textOf(JsonNode description, String name) {
        return description.path(name).asText("");
    }
}
