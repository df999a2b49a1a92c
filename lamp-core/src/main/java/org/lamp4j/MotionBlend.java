package org.lamp4j;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.lamp4j.MotionPattern.Share;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.MotionWeights;
import org.lamp4j.spi.MotionWeights.Parameter;

/**
 * Adds up what several patterns have learned: {@code θ = θ₀ + Σ wᵢ (θᵢ - θ₀)}, with θ₀ the untrained pattern's parameters
 * (Ilharco et al., Editing Models with Task Arithmetic, arXiv 2212.04089, section 2). A parameter that a pattern does not
 * have is as in the untrained one.
 */
final class MotionBlend {

    private final MotionWeights untrained;
    private final List<Share> shares;

    private MotionBlend(MotionWeights untrained, List<Share> shares) {
        this.untrained = untrained;
        this.shares = shares;
    }

    static MotionWeights of(BackboneModel model, List<Share> shares) {
        Set<String> modules = new LinkedHashSet<>();
        Set<String> names = new LinkedHashSet<>();
        for (Share share : shares) {
            for (String name : share.pattern().weights().names()) {
                names.add(name);
                modules.add(name.substring(0, Math.max(0, name.lastIndexOf('.'))));
            }
        }
        MotionBlend blend = new MotionBlend(model.freshMotion(List.copyOf(modules), 0), shares);
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
        for (Share share : shares) {
            if (share.pattern().weights().names().contains(name)) {
                factors.add(share.weight());
                values.add(share.pattern().weights().parameter(name).values());
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
