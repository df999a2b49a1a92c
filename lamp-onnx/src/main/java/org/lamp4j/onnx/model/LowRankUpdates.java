package org.lamp4j.onnx.model;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.tensor.Shape;

/** The low-rank updates that a pattern holds besides, or instead of, whole parameters; mostly none. Immutable. */
public final class LowRankUpdates {

    /** Name of α, a single number for all updates of a pattern. */
    public static final String ALPHA = "lora_alpha";

    private static final String PLACE = "LowRankUpdates";
    private static final String WHERE = " (" + PLACE + ")";

    private final Map<String, LowRankUpdate> updates;

    private LowRankUpdates(Map<String, LowRankUpdate> updates) {
        this.updates = updates;
    }

    /**
     * Finds the updates of a pattern.
     *
     * @param motion the pattern
     * @param keys the video UNet's parameters
     * @return its updates
     * @throws IllegalArgumentException if a factor belongs to no parameter of the UNet or its partner or α is missing;
     *     the message names it
     * @throws org.lamp4j.tensor.ShapeMismatchException if a factor has another shape than its matrix asks for
     */
    public static LowRankUpdates of(MotionWeights motion, UNetKeys keys) {
        misfit(motion, keys).ifPresent(misfit -> {
            throw misfit.asArgument();
        });
        Map<String, LowRankUpdate> updates = new LinkedHashMap<>();
        for (String name : motion.names()) {
            if (LowRankUpdate.isFactor(name)) {
                updates.computeIfAbsent(
                        LowRankUpdate.keyOf(name),
                        key -> update(key, Objects.requireNonNull(keys.shapes().get(key)), motion));
            }
        }
        return new LowRankUpdates(updates);
    }

    /**
     * Looks for what keeps the updates of a pattern from fitting a network.
     *
     * @param motion the pattern
     * @param keys the video UNet's parameters
     * @return the first thing that does not fit; empty if all do, or there are none
     */
    public static Optional<Misfit> misfit(MotionWeights motion, UNetKeys keys) {
        boolean hasUpdates = false;
        for (String name : motion.names()) {
            if (LowRankUpdate.isFactor(name)) {
                hasUpdates = true;
                Optional<Misfit> misfit = misfit(name, motion, keys);
                if (misfit.isPresent()) {
                    return misfit;
                }
            }
        }
        if (hasUpdates != motion.names().contains(ALPHA)) {
            return Optional.of(new Misfit(
                    ALPHA,
                    "expected low-rank updates and their " + ALPHA + ", but was "
                            + (hasUpdates ? "no " + ALPHA : "no update") + WHERE));
        }
        return hasUpdates ? Misfit.ofShape(motion.parameter(ALPHA), Shape.of(), PLACE) : Optional.empty();
    }

    private static Optional<Misfit> misfit(String factor, MotionWeights motion, UNetKeys keys) {
        String key = LowRankUpdate.keyOf(factor);
        Shape shape = keys.shapes().get(key);
        if (shape == null || shape.rank() < 2) {
            return Optional.of(new Misfit(
                    factor, "expected a factor of one of the video UNet's matrices, but was " + factor + WHERE));
        }
        LowRankUpdate names = new LowRankUpdate(key, shape, 1);
        for (String name : new String[] {names.aName(), names.bName()}) {
            if (!motion.names().contains(name)) {
                return Optional.of(
                        new Misfit(factor, "expected " + name + " beside " + factor + ", but there is none" + WHERE));
            }
        }
        LowRankUpdate update = update(key, shape, motion);
        return Misfit.ofShape(motion.parameter(update.aName()), update.aShape(), PLACE)
                .or(() -> Misfit.ofShape(motion.parameter(update.bName()), update.bShape(), PLACE));
    }

    private static LowRankUpdate update(String key, Shape shape, MotionWeights motion) {
        Shape a = motion.parameter(new LowRankUpdate(key, shape, 1).aName()).shape();
        return new LowRankUpdate(key, shape, a.rank() == 0 ? 1 : a.size(0));
    }

    /**
     * Returns whether a name is one of a factor's or α's, and not one of the video UNet's own.
     *
     * @param name a parameter's name
     * @return whether it belongs to an update
     */
    public static boolean isPart(String name) {
        return name.equals(ALPHA) || LowRankUpdate.isFactor(name);
    }

    /**
     * Returns the updates.
     *
     * @return updates in the order of the pattern's parameters
     */
    public Collection<LowRankUpdate> all() {
        return updates.values();
    }

    /**
     * Returns whether a parameter is updated.
     *
     * @param key its key in the video UNet
     * @return whether there is an update of it
     */
    public boolean contains(String key) {
        return updates.containsKey(key);
    }

    /**
     * Replaces updated parameters by the factors of their updates.
     *
     * @param names keys of parameters of the video UNet
     * @return what of them is trained, in the same order
     */
    public Set<String> factorsOf(Set<String> names) {
        Set<String> factors = new LinkedHashSet<>();
        for (String name : names) {
            if (contains(name)) {
                factors.add(of(name).aName());
                factors.add(of(name).bName());
            } else {
                factors.add(name);
            }
        }
        return factors;
    }

    /** Returns the update of a parameter that is contained. */
    LowRankUpdate of(String key) {
        return Objects.requireNonNull(updates.get(key));
    }
}
