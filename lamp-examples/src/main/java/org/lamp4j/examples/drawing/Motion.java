package org.lamp4j.examples.drawing;

import java.util.List;
import java.util.stream.IntStream;
import org.lamp4j.tensor.RandomSource;

/** What an object does over the frames of a clip, at a constant rate per frame. */
public enum Motion {
    /** Moves to the right by 1.6 pixels per frame. */
    RIGHT("moves right", 26, 31) {
        @Override
        Pose at(Pose start, int frameIndex) {
            return start.movedBy(PIXELS_PER_FRAME * frameIndex, 0);
        }
    },
    /** Moves to the left by 1.6 pixels per frame. */
    LEFT("moves left", 26, 31) {
        @Override
        Pose at(Pose start, int frameIndex) {
            return start.movedBy(-PIXELS_PER_FRAME * frameIndex, 0);
        }
    },
    /** Moves upwards by 1.6 pixels per frame. */
    RISE("rises", 26, 31) {
        @Override
        Pose at(Pose start, int frameIndex) {
            return start.movedBy(0, -PIXELS_PER_FRAME * frameIndex);
        }
    },
    /** Moves downwards by 1.6 pixels per frame. */
    FALL("falls", 26, 31) {
        @Override
        Pose at(Pose start, int frameIndex) {
            return start.movedBy(0, PIXELS_PER_FRAME * frameIndex);
        }
    },
    /** Jumps up by 14 pixels and comes down where it stood, every 7.5 frames. */
    BOUNCE("bounces", 26, 34) {
        @Override
        Pose at(Pose start, int frameIndex) {
            return start.movedBy(0, -JUMP * Math.abs(Math.sin(Math.PI * frameIndex / FRAMES_PER_JUMP)));
        }
    },
    /** Grows about its centre by 1.6 pixels per frame: from 18 pixels to 42 in 16 frames. */
    GROW("grows", 17, 19) {
        @Override
        Pose at(Pose start, int frameIndex) {
            return start.withSize(start.size() + PIXELS_PER_FRAME * frameIndex);
        }
    },
    /** Shrinks about its centre by 1.6 pixels per frame: from 42 pixels to 18 in 16 frames. */
    SHRINK("shrinks", 41, 43) {
        @Override
        Pose at(Pose start, int frameIndex) {
            return start.withSize(start.size() - PIXELS_PER_FRAME * frameIndex);
        }
    },
    /** Turns clockwise about its centre by 6 degrees per frame: by 90 in 16 frames. */
    SPIN("spins", 26, 34) {
        @Override
        Pose at(Pose start, int frameIndex) {
            return start.withDegrees(start.degrees() + DEGREES_PER_FRAME * frameIndex);
        }
    };

    private static final double PIXELS_PER_FRAME = 1.6;
    private static final double JUMP = 14;
    private static final double FRAMES_PER_JUMP = 7.5;
    private static final double DEGREES_PER_FRAME = 6;

    private static final Pose ANY = Pose.upright(0, 0, Scene.SIDE);

    private final String phrase;
    private final double leastSize;
    private final double largestSize;

    Motion(String phrase, double leastSize, double largestSize) {
        this.phrase = phrase;
        this.leastSize = leastSize;
        this.largestSize = largestSize;
    }

    /** Returns the pose so many frames after a start. */
    abstract Pose at(Pose start, int frameIndex);

    /** Tells whether it moves an object's centre. */
    public boolean changesPlace() {
        Pose moved = someFramesOn();
        return moved.centreX() != ANY.centreX() || moved.centreY() != ANY.centreY();
    }

    /** Tells whether it changes an object's size. */
    public boolean changesSize() {
        return someFramesOn().size() != ANY.size();
    }

    /** Tells whether it turns an object. */
    public boolean changesAngle() {
        return someFramesOn().degrees() != ANY.degrees();
    }

    private Pose someFramesOn() {
        return at(ANY, 3);
    }

    /**
     * Returns the words for it in captions.
     *
     * @return an English verb in the third person: {@code "moves right"}
     */
    public String phrase() {
        return phrase;
    }

    /**
     * Returns the scenes of a clip.
     *
     * @param start its first frame
     * @param frameCount how many frames it has, at least 1
     * @return so many scenes, the start first; the object may leave the image
     */
    public List<Scene> frames(Scene start, int frameCount) {
        return IntStream.range(0, frameCount)
                .mapToObj(frameIndex -> start.withPose(at(start.pose(), frameIndex)))
                .toList();
    }

    /**
     * Chooses where an upright object may start: uniform over all places from which it stays in the image, so that a
     * place tells as little as it can about where the object goes.
     *
     * @param random where the choice comes from; advanced
     * @param frameCount how many frames the object has to stay in the image
     * @return a pose of the motion's usual size
     * @throws IllegalArgumentException if in so many frames the object leaves the image from wherever it starts
     */
    public Pose start(RandomSource random, int frameCount) {
        double size = leastSize + (largestSize - leastSize) * random.nextFloat();
        List<Pose> path = IntStream.range(0, frameCount)
                .mapToObj(frameIndex -> at(Pose.upright(0, 0, size), frameIndex))
                .toList();
        double left = path.stream()
                .mapToDouble(pose -> pose.centreX() - pose.reach())
                .min()
                .orElse(0);
        double right = path.stream()
                .mapToDouble(pose -> pose.centreX() + pose.reach())
                .max()
                .orElse(0);
        double top = path.stream()
                .mapToDouble(pose -> pose.centreY() - pose.reach())
                .min()
                .orElse(0);
        double bottom = path.stream()
                .mapToDouble(pose -> pose.centreY() + pose.reach())
                .max()
                .orElse(0);
        if (Math.max(right - left, bottom - top) > Scene.SIDE) {
            throw new IllegalArgumentException("expected frames in which the object stays in the image, but was "
                    + frameCount + " (Motion.start)");
        }
        return Pose.upright(
                random.nextFloat() * (Scene.SIDE - (right - left)) - left,
                random.nextFloat() * (Scene.SIDE - (bottom - top)) - top,
                size);
    }
}
