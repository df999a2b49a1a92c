package org.lamp4j.examples.accept;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.examples.accept.PartResult.Table;
import org.lamp4j.examples.bench.Benchmark;
import org.lamp4j.examples.bench.OperatorProfile;
import org.lamp4j.examples.bench.ProfileBenchmark;

/**
 * Which operators the time of the random model's video UNet goes to, forward and in a training step with checkpointing.
 *
 * @param model the random model
 */
record ProfilePart(RandomModelFolder model) implements Part {

    @Override
    public String name() {
        return "operator profile";
    }

    @Override
    public String inputs() {
        return model.description();
    }

    @Override
    public Finding run() throws IOException {
        Scale scale = model.scale();
        ProfileBenchmark benchmark = new ProfileBenchmark(
                model::open,
                model.device(),
                new Benchmark(scale.frameCount(), scale.frameSize(), 1, GradientCheckpointing.ALWAYS));
        OperatorProfile forward = benchmark.ofForward();
        OperatorProfile training = benchmark.ofTrainingStep();
        return new Finding(
                Optional.empty(),
                model.description(),
                Map.of(
                        "operators of a forward pass", (double) forward.events().size(),
                        "operators of a training step",
                                (double) training.events().size()),
                List.of(table("UNet forward", forward), table("training step", training)));
    }

    private static Table table(String network, OperatorProfile profile) {
        return new Table(
                network,
                List.of("operator", "seconds", "share", "count"),
                profile.heaviest().stream()
                        .map(sum -> List.of(
                                sum.kind(),
                                String.format(Locale.ROOT, "%.4f", sum.seconds()),
                                String.format(Locale.ROOT, "%.1f %%", 100 * sum.seconds() / profile.seconds()),
                                Integer.toString(sum.count())))
                        .toList());
    }
}
