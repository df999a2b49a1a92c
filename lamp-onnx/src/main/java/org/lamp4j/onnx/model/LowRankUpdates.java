package org.lamp4j.onnx.model;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/** The low-rank updates that a pattern holds besides, or instead of, whole parameters; mostly none. Immutable. */
public final class LowRankUpdates {

    /** Name of α, a single number for all updates of a pattern. */
    public static final String ALPHA = "lora_alpha";

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
     * @throws IllegalArgumentException if a factor belongs to no parameter of the UNet or its partner or α is missing; the
     *     message names it
     * @throws ShapeMismatchException if a factor has another shape than its matrix asks for
     */
    public static LowRankUpdates of(MotionWeights motion, UNetKeys keys) {
        Map<String, LowRankUpdate> updates = new LinkedHashMap<>();
        for (String name : motion.names()) {
            if (LowRankUpdate.isFactor(name)) {
                updates.computeIfAbsent(LowRankUpdate.keyOf(name), key -> checked(key, name, motion, keys));
            }
        }
        if (updates.isEmpty() == motion.names().contains(ALPHA)) {
            throw new IllegalArgumentException("expected low-rank updates and their " + ALPHA + ", but was "
                    + (updates.isEmpty() ? "no update" : "no " + ALPHA) + " (LowRankUpdates)");
        }
        if (!updates.isEmpty()) {
            ShapeMismatchException.check(
                    ALPHA, Shape.of(), motion.parameter(ALPHA).shape(), "LowRankUpdates");
        }
        return new LowRankUpdates(updates);
    }

    private static LowRankUpdate checked(String key, String factor, MotionWeights motion, UNetKeys keys) {
        Shape shape = keys.shapes().get(key);
        if (shape == null || shape.rank() < 2) {
            throw new IllegalArgumentException(
                    "expected a factor of one of the video UNet's matrices, but was " + factor + " (LowRankUpdates)");
        }
        LowRankUpdate names = new LowRankUpdate(key, shape, 1);
        for (String name : new String[] {names.aName(), names.bName()}) {
            if (!motion.names().contains(name)) {
                throw new IllegalArgumentException(
                        "expected " + name + " beside " + factor + ", but there is none (LowRankUpdates)");
            }
        }
        Shape a = motion.parameter(names.aName()).shape();
        LowRankUpdate update = new LowRankUpdate(key, shape, a.rank() == 0 ? 1 : a.size(0));
        ShapeMismatchException.check(update.aName(), update.aShape(), a, "LowRankUpdates");
        ShapeMismatchException.check(
                update.bName(),
                update.bShape(),
                motion.parameter(update.bName()).shape(),
                "LowRankUpdates");
        return update;
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
        return updates.get(key);
    }
}
