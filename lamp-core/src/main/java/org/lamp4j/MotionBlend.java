package org.lamp4j;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.lamp4j.MotionPattern.Share;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.spi.BackboneModel;

/**
 * Adds up what several patterns have learned: {@code θ = θ₀ + Σ wᵢ (θᵢ - θ₀)}, with θ₀ the untrained pattern's
 * parameters (Ilharco et al., Editing Models with Task Arithmetic, arXiv 2212.04089, section 2). A parameter that a
 * pattern does not have is as in the untrained one.
 */
final class MotionBlend {

    private final MotionWeights untrained;
    private final List<Part> parts;

    private MotionBlend(MotionWeights untrained, List<Part> parts) {
        this.untrained = untrained;
        this.parts = parts;
    }

    /** A share whose parameters are whole. */
    private record Part(MotionWeights weights, float weight) {}

    /** Returns the first pattern's backbone, if all are of the same base model. */
    static Backbone commonBackbone(List<Share> shares) {
        if (shares.isEmpty()) {
            throw new IllegalArgumentException("expected a pattern, but was none (MotionPattern.blend)");
        }
        Backbone backbone = shares.get(0).pattern().backbone();
        for (Share share : shares) {
            String base = share.pattern().backbone().fingerprint();
            if (!base.equals(backbone.fingerprint())) {
                throw new IllegalArgumentException("expected patterns of the base model " + backbone.fingerprint()
                        + ", but was one of " + base + " (MotionPattern.blend)");
            }
        }
        return backbone;
    }

    /** Returns what is blended, for the metadata. */
    static String recipe(List<Share> shares) {
        return shares.stream()
                .map(share -> share.weight() + " x " + share.pattern().fingerprint())
                .collect(Collectors.joining(" + "));
    }

    static MotionWeights of(BackboneModel model, List<Share> shares) {
        List<Part> parts = shares.stream()
                .map(share -> new Part(model.merged(share.pattern().weights()), share.weight()))
                .toList();
        Set<String> modules = new LinkedHashSet<>();
        Set<String> names = new LinkedHashSet<>();
        for (Part part : parts) {
            for (String name : part.weights().names()) {
                names.add(name);
                modules.add(name.substring(0, Math.max(0, name.lastIndexOf('.'))));
            }
        }
        MotionBlend blend = new MotionBlend(model.freshMotion(List.copyOf(modules), 0), parts);
        return MotionWeights.of(names.stream().map(blend::blended).toList());
    }

    private Parameter blended(String name) {
        Parameter start = untrained.parameter(name);
        int size = start.values().remaining();
        FloatBuffer sum = ByteBuffer.allocateDirect(size * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        FloatBuffer zero = start.values();
        List<Float> factors = new ArrayList<>();
        List<FloatBuffer> values = new ArrayList<>();
        for (Part part : parts) {
            if (part.weights().names().contains(name)) {
                factors.add(part.weight());
                values.add(part.weights().parameter(name).values());
            }
        }
        for (int element = 0; element < size; element++) {
            double total = zero.get(element);
            for (int index = 0; index < factors.size(); index++) {
                total += factors.get(index) * ((double) values.get(index).get(element) - zero.get(element));
            }
            sum.put(element, (float) total);
        }
        return new Parameter(name, start.shape(), sum);
    }
}
