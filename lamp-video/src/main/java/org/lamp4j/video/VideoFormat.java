package org.lamp4j.video;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * How a kind of file is made from RGB frames.
 *
 * @param container name of FFmpeg's muxer
 * @param encoder name of FFmpeg's encoder
 * @param filters turn RGB frames into what the encoder takes
 * @param pixelStep what width and height must be a multiple of
 * @param maxFramesPerSecond the fastest rate that players keep to
 * @param encoderOptions settings of the encoder
 * @param containerOptions settings of the muxer
 */
record VideoFormat(
        String container,
        String encoder,
        String filters,
        int pixelStep,
        double maxFramesPerSecond,
        Map<String, String> encoderOptions,
        Map<String, String> containerOptions) {

    /** High definition's matrix, limited range, and tags that say so: the one combination that all browsers agree on. */
    private static final String TO_YUV = "scale=out_color_matrix=bt709:out_range=limited"
            + ":flags=bicubic+accurate_rnd+full_chroma_inp,format=yuv420p,setparams=color_primaries=bt709:color_trc=bt709";

    static final VideoFormat MP4 = new VideoFormat(
            "mp4",
            "libopenh264",
            TO_YUV,
            2,
            Double.MAX_VALUE,
            Map.of("rc_mode", "off", "global_quality", "1888", "g", "48"),
            Map.of("movflags", "+faststart"));

    static final VideoFormat WEBM = new VideoFormat(
            "webm",
            "libvpx-vp9",
            TO_YUV,
            2,
            Double.MAX_VALUE,
            Map.of("crf", "18", "b", "0", "deadline", "good", "cpu-used", "4", "g", "48"),
            Map.of());

    static final VideoFormat GIF = new VideoFormat(
            "gif",
            "gif",
            "split[count][paint];[count]palettegen=reserve_transparent=0[palette];[paint][palette]paletteuse",
            1,
            50,
            Map.of(),
            Map.of("loop", "0"));

    static final VideoFormat PNG = new VideoFormat("image2pipe", "png", "format=rgb24", 1, 1, Map.of(), Map.of());

    private static final Map<String, VideoFormat> BY_ENDING = Map.of("mp4", MP4, "webm", WEBM, "gif", GIF);

    /**
     * Chooses the format of a clip.
     *
     * @param file a file name
     * @return the format its ending stands for
     * @throws IllegalArgumentException if it stands for none
     */
    static VideoFormat ofFileName(Path file) {
        String name = file.getFileName().toString();
        VideoFormat format =
                BY_ENDING.get(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
        if (format == null) {
            throw new IllegalArgumentException(
                    "expected a file name ending in .mp4, .webm or .gif, but was " + name + " (MediaWriter.writeClip)");
        }
        return format;
    }
}
