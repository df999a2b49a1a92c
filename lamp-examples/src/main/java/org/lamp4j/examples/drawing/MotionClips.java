package org.lamp4j.examples.drawing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.video.MediaWriter;

/**
 * Clips that a motion is learned from, and first frames that it is then tried on: with other objects, before other
 * backdrops. The same seed gives the same scenes.
 *
 * <p>Captions say what is seen and leave the motion out: the pattern carries it, and a word that the base model does
 * not know, or has seen on still images only, spoils the image.
 */
public final class MotionClips {

    /** Frames of a clip, as in LAMP. */
    public static final int FRAME_COUNT = 16;

    /** Clips of a motion to train on: one of each object of the training half. */
    public static final int TRAINING_CLIPS = 12;

    /** First frames of a motion to evaluate on. */
    public static final int HELD_OUT_STARTS = 8;

    private static final double FRAMES_PER_SECOND = 8;
    private static final int ENLARGEMENT = 4;

    /** Of either half are vehicles, animals, toys and plants. */
    private static final Set<DrawnObject> TRAINING_OBJECTS = EnumSet.of(
            DrawnObject.ROCKET,
            DrawnObject.CAR,
            DrawnObject.TRAIN,
            DrawnObject.FISH,
            DrawnObject.BIRD,
            DrawnObject.BUTTERFLY,
            DrawnObject.TURTLE,
            DrawnObject.HEART,
            DrawnObject.UMBRELLA,
            DrawnObject.HOUSE,
            DrawnObject.FLOWER,
            DrawnObject.ROBOT);

    private static final Set<Backdrop> TRAINING_BACKDROPS = EnumSet.of(
            Backdrop.SKY, Backdrop.NIGHT, Backdrop.GRASS, Backdrop.DESERT, Backdrop.SNOW, Backdrop.UNDER_THE_SEA);

    /** Objects that look the same after a turn of 72 or 180 degrees; held out, and never seen to spin. */
    private static final Set<DrawnObject> SYMMETRIC_OBJECTS = EnumSet.of(DrawnObject.STAR, DrawnObject.BALL);

    private final long seed;
    private final Look look;
    private final boolean captionsNameMotion;

    /**
     * Chooses by a seed which object stands before which backdrop, in which colour, and where; all as it is drawn.
     *
     * @param seed any number
     */
    public MotionClips(long seed) {
        this(seed, Look.DRAWN);
    }

    /**
     * Chooses by a seed which object stands before which backdrop, in which colour, and where.
     *
     * @param seed any number
     * @param look what clips and first frames look like
     */
    public MotionClips(long seed, Look look) {
        this(seed, look, false);
    }

    private MotionClips(long seed, Look look, boolean captionsNameMotion) {
        this.seed = seed;
        this.look = look;
        this.captionsNameMotion = captionsNameMotion;
    }

    /**
     * Returns the same clips with captions that name the motion, to see what that does.
     *
     * @return clips whose captions are as {@code "an orange car moves right on the road"}
     */
    public MotionClips namingTheMotion() {
        return new MotionClips(seed, look, true);
    }

    /**
     * Returns the first frames of the clips to train on.
     *
     * @param motion the motion
     * @return {@link #TRAINING_CLIPS} scenes with captions
     */
    public List<CaptionedScene> trainingStarts(Motion motion) {
        return starts(motion, "training", TRAINING_CLIPS, TRAINING_OBJECTS, TRAINING_BACKDROPS);
    }

    /**
     * Returns the first frames to evaluate on.
     *
     * @param motion the motion
     * @return {@link #HELD_OUT_STARTS} scenes with captions; no object and no backdrop of them is in
     *     {@link #trainingStarts} of any motion
     */
    public List<CaptionedScene> heldOutStarts(Motion motion) {
        Set<DrawnObject> objects = EnumSet.complementOf(EnumSet.copyOf(TRAINING_OBJECTS));
        if (motion == Motion.SPIN) {
            objects.removeAll(SYMMETRIC_OBJECTS);
        }
        Set<Backdrop> backdrops = EnumSet.complementOf(EnumSet.copyOf(TRAINING_BACKDROPS));
        return starts(motion, "held out", HELD_OUT_STARTS, objects, backdrops);
    }

    /** Deals out objects, backdrops and colours in turn from shuffled packs, so that each comes about as often. */
    private List<CaptionedScene> starts(
            Motion motion, String use, int count, Set<DrawnObject> objects, Set<Backdrop> backdrops) {
        RandomSource random = RandomSource.stream(seed, use + " " + motion.phrase(), 0);
        List<DrawnObject> objectPack = shuffled(objects, random);
        List<Backdrop> backdropPack = shuffled(backdrops, random);
        List<Colour> colourPack = shuffled(EnumSet.allOf(Colour.class), random);
        List<CaptionedScene> starts = new ArrayList<>();
        int coloured = 0;
        for (int index = 0; index < count; index++) {
            DrawnObject object = objectPack.get(index);
            Optional<Colour> colour = object.hasChoiceOfColour()
                    ? Optional.of(colourPack.get(coloured++ % colourPack.size()))
                    : Optional.empty();
            int shift = random.nextInt(2 * Backdrop.MAX_SHIFT + 1) - Backdrop.MAX_SHIFT;
            Backdrop backdrop = backdropPack.get(index % backdropPack.size());
            Scene scene = new Scene(object, colour, backdrop, shift, motion.start(random, FRAME_COUNT));
            starts.add(new CaptionedScene(scene, captionsNameMotion ? scene.caption(motion) : scene.caption()));
        }
        return List.copyOf(starts);
    }

    /** A shuffle of Fisher and Yates. */
    private static <T> List<T> shuffled(Set<T> values, RandomSource random) {
        List<T> pack = new ArrayList<>(values);
        for (int last = pack.size() - 1; last > 0; last--) {
            int chosen = random.nextInt(last + 1);
            T moved = pack.set(last, pack.get(chosen));
            pack.set(chosen, moved);
        }
        return pack;
    }

    /**
     * Makes the whole clip that begins with a scene.
     *
     * @param motion what its object does
     * @param start its first frame
     * @return {@link #FRAME_COUNT} frames of {@link Scene#SIDE} pixels a side, 8 per second
     */
    public VideoClip clip(Motion motion, Scene start) {
        return VideoClip.of(images(motion, start, FRAME_COUNT), FRAMES_PER_SECOND);
    }

    /**
     * Returns the image that a clip begins with.
     *
     * @param motion what its object does
     * @param start its first frame
     * @return an image of {@link Scene#SIDE} pixels a side
     */
    public RgbImage firstFrame(Motion motion, Scene start) {
        return images(motion, start, 1).get(0);
    }

    private List<RgbImage> images(Motion motion, Scene start, int frameCount) {
        RandomSource random = RandomSource.stream(seed, "film of " + start.caption(motion), 0);
        return look.images(motion.frames(start, frameCount), random);
    }

    /**
     * Writes what it takes to learn a motion and to try it: {@code clips/train00.mp4}, enlarged four times, with its
     * caption in {@code clips/train00.txt}, and so on, and {@code held_out/a_duck_on_the_road.png}, the first frame for
     * that caption, and so on.
     *
     * @param motion the motion
     * @param folder where to; made if it is not there, files of these names are replaced
     * @throws IOException if a file cannot be written; the message names it
     */
    public void write(Motion motion, Path folder) throws IOException {
        MediaWriter writer = MediaWriter.newBuilder().enlargement(ENLARGEMENT).build();
        Path clips = Files.createDirectories(folder.resolve("clips"));
        List<CaptionedScene> starts = trainingStarts(motion);
        for (int index = 0; index < starts.size(); index++) {
            CaptionedScene start = starts.get(index);
            String name = String.format(Locale.ROOT, "train%02d", index);
            writer.writeClip(clip(motion, start.scene()), clips.resolve(name + ".mp4"));
            AtomicFile.write(clips.resolve(name + ".txt"), start.caption() + "\n");
        }
        Path heldOut = Files.createDirectories(folder.resolve("held_out"));
        for (CaptionedScene start : heldOutStarts(motion)) {
            firstFrame(motion, start.scene())
                    .write(heldOut.resolve(start.caption().replace(' ', '_') + ".png"));
        }
    }
}
