package org.lamp4j.examples.studio;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.lamp4j.files.PrintableText;

/** What a page asks of the queue. */
final class JobApi {

    private static final Map<String, Job.Wish> ACTIONS = Map.of(
            "pause", Job.Wish.PAUSE,
            "resume", Job.Wish.NONE,
            "stop", Job.Wish.STOP,
            "cancel", Job.Wish.CANCEL);

    private final StudioFolder folder;
    private final JobQueue queue;
    private final Map<String, Work> works;

    JobApi(StudioFolder folder, JobQueue queue, Map<String, Work> works) {
        this.folder = folder;
        this.queue = queue;
        this.works = works;
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.add(new Route("GET", "/api/jobs", request -> queue.shelf().list(true)));
        routes.add(new Route("POST", "/api/jobs", request -> add(request.json())));
        routes.add(new Route("GET", "/api/jobs/{id}/preview", request -> preview(request.id())));
        ACTIONS.forEach((action, wish) -> routes.add(new Route("POST", "/api/jobs/{id}/" + action, request -> {
            queue.wish(request.id(), wish);
            return queue.shelf().show(request.id());
        })));
        return routes;
    }

    private Answer preview(String id) {
        byte[] png = queue.job(id).preview();
        if (png.length == 0) {
            throw Refusal.notFound("a preview of this job");
        }
        return Answer.bytes(Answer.OK, "image/png", png);
    }

    private Answer add(Fields request) throws IOException {
        String kind = request.text("kind", Limits.NAME_LENGTH);
        Work work = works.get(kind);
        if (work == null) {
            throw request.refusal("one of " + String.join(", ", new TreeSet<>(works.keySet())), "kind");
        }
        long free = folder.freeBytes();
        if (free < Limits.SPARE_DISK_BYTES) {
            throw Failure.diskLow(free);
        }
        if (queue.openJobs() >= Limits.OPEN_JOBS) {
            throw new Refusal(
                    Refusal.CONFLICT,
                    "expected at most " + Limits.OPEN_JOBS + " jobs that wait, but were more",
                    "Wait until some are done, or cancel some.");
        }
        String name = request.optionalText("name", Limits.NAME_LENGTH + Limits.PROMPT_LENGTH)
                .orElse("");
        ObjectNode description = JsonNodeFactory.instance
                .objectNode()
                .put("kind", kind)
                .put("name", PrintableText.line(name).strip());
        description.set("request", request.object());
        work.check(request, description);
        String id = Shelf.newId();
        description.put("created", Moments.now()).put("state", Job.State.WAITING.label());
        queue.shelf().add(id, staged -> work.prepare(request, staged), description);
        Job job = new Job(id, description);
        queue.shelf().remember(id, job.json());
        queue.enqueue(job);
        queue.forgetOld();
        return Answer.json(JsonNodeFactory.instance.objectNode().put("id", id));
    }
}
