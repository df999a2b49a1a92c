package org.lamp4j.examples.accept;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.device.Device;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.examples.accept.PartResult.Table;
import org.lamp4j.examples.bench.Benchmark;
import org.lamp4j.examples.bench.OperatorProfile;
import org.lamp4j.examples.bench.ProfileBenchmark;
import org.lamp4j.examples.bench.ProfileBenchmark.Network;
import org.lamp4j.examples.bench.ProfileProcess;

/**
 * Which operators the time of the random model's video UNet goes to, forward and in a training step with checkpointing.
 *
 * @param model the random model
 */
record ProfilePart(RandomModelFolder model) implements Part {

    private static final String OF_A_GPU = "; kernels ran one after another, each with some 10 µs of the host's, and"
            + " operators without a kernel, such as Reshape, have nothing but the host's time";

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
        OperatorProfile forward = profile(Network.FORWARD);
        OperatorProfile training = profile(Network.TRAINING_STEP);
        return new Finding(
                Optional.empty(),
                model.description() + (isOnProcessor() ? "" : OF_A_GPU),
                Map.of(
                        "operators of a forward pass", (double) forward.events().size(),
                        "operators of a training step",
                                (double) training.events().size()),
                List.of(table("UNet forward", forward), table("training step", training)));
    }

    private OperatorProfile profile(Network network) throws IOException {
        Scale scale = model.scale();
        Benchmark clip = new Benchmark(scale.frameCount(), scale.frameSize(), 1, GradientCheckpointing.ALWAYS);
        return isOnProcessor() || ProfileProcess.isThisOne()
                ? new ProfileBenchmark(model::open, model.device(), clip).of(network)
                : new ProfileProcess(model.written(), model.device(), clip).of(network);
    }

    private boolean isOnProcessor() {
        return model.device().kind() == Device.Kind.CPU;
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
