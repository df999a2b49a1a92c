package org.lamp4j.video;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.media.FrameSize;

/**
 * How a kind of file is made from RGB frames.
 *
 * @param container name of FFmpeg's muxer
 * @param encoder name of FFmpeg's encoder
 * @param filters turn RGB frames into what the encoder takes
 * @param limits what clips it can hold
 * @param encoderOptions settings of the encoder
 * @param containerOptions settings of the muxer
 */
record VideoFormat(
        String container,
        String encoder,
        String filters,
        Limits limits,
        Map<String, String> encoderOptions,
        Map<String, String> containerOptions) {

    /**
     * What clips a format can hold.
     *
     * @param pixelStep what width and height must be a multiple of
     * @param minSide least width and height
     * @param maxFramesPerSecond the fastest rate that players keep to
     */
    record Limits(int pixelStep, int minSide, double maxFramesPerSecond) {

        static final Limits NONE = new Limits(1, 1, Double.MAX_VALUE);
    }

    /**
     * High definition's matrix, limited range, colour samples where H.264 expects them, and tags that say so: the
     * combination that all browsers agree on.
     */
    private static final String TO_YUV = "scale=out_color_matrix=bt709:out_range=limited:out_chroma_loc=left"
            + ":flags=bicubic+accurate_rnd+full_chroma_inp,format=yuv420p,setparams=color_primaries=bt709:color_trc=bt709";

    /** Openh264 takes nothing smaller than a macroblock. */
    private static final Limits H264_LIMITS = new Limits(2, 16, Double.MAX_VALUE);

    static final VideoFormat MP4 = h264("12", "16");

    /**
     * For clips that {@link #MP4} cannot hold: openh264 gives up when a frame takes more bytes than its pixels, as
     * noise does. Quantised by 28 even black-and-white noise fits.
     */
    static final VideoFormat MP4_OF_NOISE = h264("28", "32");

    static final VideoFormat WEBM = new VideoFormat(
            "webm",
            "libvpx-vp9",
            TO_YUV,
            new Limits(2, 1, Double.MAX_VALUE),
            Map.of("crf", "18", "b", "0", "deadline", "good", "cpu-used", "4", "g", "48"),
            Map.of());

    /** One palette for the whole clip and ordered dither: both stay still where the image does. */
    static final VideoFormat GIF = new VideoFormat(
            "gif",
            "gif",
            "split[count][paint];[count]palettegen=reserve_transparent=0[palette];"
                    + "[paint][palette]paletteuse=dither=bayer:bayer_scale=5",
            new Limits(1, 1, 50),
            Map.of(),
            Map.of("loop", "0"));

    static final VideoFormat PNG =
            new VideoFormat("image2pipe", "png", "format=rgb24", Limits.NONE, Map.of("pred", "mixed"), Map.of());

    private static final Map<String, List<VideoFormat>> BY_ENDING =
            Map.of("mp4", List.of(MP4, MP4_OF_NOISE), "webm", List.of(WEBM), "gif", List.of(GIF));

    /**
     * The bit rate is only an upper bound; quantisers set the quality, alike for small and large frames. Every frame is
     * a key frame: between key frames openh264 passes over faint changes of colour, and clips are short, so that the
     * smaller files would not be worth it.
     */
    private static VideoFormat h264(String minQuantizer, String maxQuantizer) {
        Map<String, String> quality = Map.of("rc_mode", "quality", "qmin", minQuantizer, "qmax", maxQuantizer);
        Map<String, String> options = new HashMap<>(quality);
        options.putAll(Map.of("b", "50000000", "profile", "high", "g", "1"));
        return new VideoFormat("mp4", "libopenh264", TO_YUV, H264_LIMITS, options, Map.of("movflags", "+faststart"));
    }

    /**
     * Chooses the formats of a clip.
     *
     * @param file a file name
     * @return the formats its ending stands for, the best first; the others are for clips that it cannot hold
     * @throws IllegalArgumentException if it stands for none
     */
    static List<VideoFormat> ofFileName(Path file) {
        List<VideoFormat> formats = BY_ENDING.get(FileEnding.of(file));
        if (formats == null) {
            throw new IllegalArgumentException("expected a file name ending in .mp4, .webm or .gif, but was "
                    + file.getFileName() + " (MediaWriter.writeClip)");
        }
        return formats;
    }

    /**
     * Refuses frames that are too small.
     *
     * @param size of the frames, as they would be written
     * @throws IllegalArgumentException if they are
     */
    void requireSize(FrameSize size) {
        if (size.width() < limits.minSide() || size.height() < limits.minSide()) {
            throw new IllegalArgumentException("expected frames of at least " + limits.minSide() + "x"
                    + limits.minSide() + " pixels, but was " + size + " (MediaWriter.writeClip, " + container + ")");
        }
    }
}
