package org.lamp4j.video;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.DoubleStream;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.lamp4j.media.VideoClip;

/** The mean rate of a video file: its frames divided by the time they are shown. */
final class FrameRate {

    /** A container rounds both ends of a clip to its clock; within that, the rate it names or a whole one is meant. */
    private static final int ROUNDED_TICKS = 2;

    /** For a file of one frame, or of frames without times, any rate is as good; this is the rate of LAMP's clips. */
    static final double UNTIMED = 8;

    private FrameRate() {}

    /**
     * Measures a file.
     *
     * @param file a video file
     * @return frames per second, 0.01 to 1000
     * @throws IOException if it cannot be read, or its rate is outside of that
     */
    static double ofFile(Path file) throws IOException {
        try (Demuxer demuxer = new Demuxer(file)) {
            double named = avutil.av_q2d(demuxer.stream().avg_frame_rate());
            // An MP4's named rate is the mean already: its header holds the time of every frame.
            double rate = demuxer.listsFramesInHeader() && named > 0 ? named : measured(demuxer, named);
            if (!VideoClip.isStorable(rate)) {
                throw new IOException(
                        "expected a video of 0.01 to 1000 frames per second, but was " + rate + " (" + file + ")");
            }
            return rate;
        }
    }

    private static double measured(Demuxer demuxer, double named) {
        long count = 0;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        long lastDuration = 0;
        AVPacket packet = avcodec.av_packet_alloc();
        try {
            // Damage ends the count; whoever decodes the frames will say where it is.
            while (demuxer.read(packet) == 0) {
                long time = packet.pts() == avutil.AV_NOPTS_VALUE ? packet.dts() : packet.pts();
                first = Math.min(first, time);
                if (time > last) {
                    last = time;
                    lastDuration = packet.duration();
                }
                count++;
                avcodec.av_packet_unref(packet);
            }
        } finally {
            avcodec.av_packet_free(packet);
        }
        if (count < 2 || last <= first) {
            return named > 0 ? named : UNTIMED;
        }
        double shownTicks = last - first + (lastDuration > 0 ? lastDuration : (last - first) / (count - 1.0));
        return ofTimes(count, shownTicks, avutil.av_q2d(demuxer.stream().time_base()), named);
    }

    /**
     * Computes a rate.
     *
     * @param frameCount number of frames
     * @param shownTicks how long they are shown, by the container's clock
     * @param tick seconds between two ticks of that clock
     * @param named the rate that the container names, or 0
     * @return frames per second
     */
    static double ofTimes(long frameCount, double shownTicks, double tick, double named) {
        double mean = frameCount / (shownTicks * tick);
        return DoubleStream.of(named, Math.rint(mean))
                .filter(rate -> rate > 0 && Math.abs(frameCount / rate / tick - shownTicks) <= ROUNDED_TICKS)
                .findFirst()
                .orElse(mean);
    }
}
