package org.lamp4j.tensor;

import java.util.Random;

/**
 * A named stream of pseudo-random numbers, the only source of randomness, which depends on nothing but a seed, a name
 * and an index. Two streams with different names or indices are independent, so that step 1000 of a training run can be
 * repeated without running the 999 before it. Not safe for several threads.
 *
 * <p>The generator is {@link Random}, whose algorithm is part of the Java specification: the same seed gives the same
 * numbers on every machine and Java release.
 */
public final class RandomSource {

    private final Random random;

    private RandomSource(long state) {
        this.random = new Random(state);
    }

    /**
     * Returns the stream with the given name.
     *
     * @param seed the user's seed
     * @param name what the stream is for: {@code "noise"}
     * @param index which of the streams of that name, such as the step
     * @return a new generator at the start of the stream
     */
    public static RandomSource stream(long seed, String name, long index) {
        return new RandomSource(mix(mix(mix(seed) + name.hashCode()) + index));
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /**
     * Returns the next whole number, uniformly distributed.
     *
     * @param bound exclusive upper bound, at least 1
     * @return a number from 0 to {@code bound - 1}
     */
    public int nextInt(int bound) {
        return random.nextInt(bound);
    }

    /**
     * Returns the next fraction, uniformly distributed.
     *
     * @return a number in [0, 1)
     */
    public float nextFloat() {
        return random.nextFloat();
    }

    /**
     * Returns the next standard normal number.
     *
     * @return a number of mean 0 and variance 1
     */
    public float nextGaussian() {
        return (float) random.nextGaussian();
    }

    /**
     * Returns a tensor of independent standard normal values.
     *
     * @param shape its shape
     * @return the tensor, mean 0 and variance 1
     */
    public FloatTensor gaussian(Shape shape) {
        return FloatTensor.generate(shape, index -> nextGaussian());
    }
}
