package org.lamp4j.examples.studio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.lamp4j.examples.report.Figure;
import org.lamp4j.media.VideoClip;
import org.lamp4j.video.MediaWriter;

/** The clips that were made. Their frames are kept without loss beside the video, so that more can be made of them. */
final class Results {

    private static final String VIDEO = "clip.mp4";
    private static final String FRAMES = "frames";

    private final Shelf shelf;

    Results(StudioFolder folder, Events events) throws IOException {
        this.shelf = new Shelf(
                folder.path(),
                new Shelf.Kind("results", "result.json", "results", "this clip"),
                events,
                UnaryOperator.identity());
    }

    Shelf shelf() {
        return shelf;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/api/results", request -> shelf.list(true)),
                new Route("DELETE", "/api/results/{id}", request -> {
                    shelf.discard(request.id());
                    return Shelf.deleted();
                }),
                new Route("POST", "/api/results/{id}/restore", request -> shelf.restore(request.id())),
                new Route("GET", "/api/results/{id}/clip.mp4", request -> file(request.id(), VIDEO, "video/mp4")),
                new Route(
                        "GET", "/api/results/{id}/clip.webm", request -> file(request.id(), "clip.webm", "video/webm")),
                new Route("GET", "/api/results/{id}/clip.gif", request -> file(request.id(), "clip.gif", "image/gif")),
                new Route("GET", "/api/results/{id}/frames.zip", request -> frames(request.id())));
    }

    /** Keeps a clip. */
    String add(VideoClip clip, ObjectNode description) throws IOException {
        description
                .put("frameCount", clip.frameCount())
                .put("framesPerSecond", clip.framesPerSecond())
                .put("width", clip.frameSize().width())
                .put("height", clip.frameSize().height());
        String id = Shelf.newId();
        shelf.add(
                id,
                staged -> {
                    MediaWriter.newBuilder().build().writeFrames(clip, staged.resolve(FRAMES));
                    Figure.enlarging(clip.frameSize()).writeClip(clip, staged.resolve(VIDEO));
                },
                description);
        return id;
    }

    /** Reads a clip as it was made. */
    VideoClip read(String id) throws IOException {
        ObjectNode description = shelf.get(id);
        VideoClip frames = VideoClip.read(shelf.place(id).resolve(FRAMES));
        return VideoClip.of(frames.frames(), description.path("framesPerSecond").asDouble());
    }

    /** Makes what is not there when it is first asked for. */
    private Answer file(String id, String name, String type) throws IOException {
        shelf.get(id);
        Path file = shelf.place(id).resolve(name);
        if (!Files.exists(file)) {
            VideoClip clip = read(id);
            Figure.enlarging(clip.frameSize()).writeClip(clip, file);
        }
        return Answer.file(file, type);
    }

    private Answer frames(String id) throws IOException {
        shelf.get(id);
        List<Path> files = Shelf.children(shelf.place(id).resolve(FRAMES)).stream()
                .filter(file -> file.toString().endsWith(".png"))
                .sorted()
                .toList();
        return Answer.stream("application/zip", output -> {
            ZipOutputStream zip = new ZipOutputStream(output);
            for (Path file : files) {
                zip.putNextEntry(new ZipEntry(file.getFileName().toString()));
                try (InputStream frame = Files.newInputStream(file)) {
                    frame.transferTo(zip);
                }
                zip.closeEntry();
            }
            zip.finish();
        });
    }
}
