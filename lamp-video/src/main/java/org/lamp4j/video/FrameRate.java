package org.lamp4j.video;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/** The mean rate of a video file: its frames divided by the time they are shown. */
final class FrameRate {

    /** A container rounds both ends of a clip to its clock; within that, the rate it names is the better number. */
    private static final int ROUNDED_TICKS = 2;

    /** For a file of one frame, or of frames without times, any rate is as good; this is the rate of LAMP's clips. */
    static final double UNTIMED = 8;

    private FrameRate() {}

    /**
     * Measures a file.
     *
     * @param file a video file
     * @return frames per second, above 0
     * @throws IOException if it cannot be read
     */
    static double ofFile(Path file) throws IOException {
        try (Demuxer demuxer = new Demuxer(file)) {
            double named = avutil.av_q2d(demuxer.stream().avg_frame_rate());
            // An MP4's named rate is the mean already: its header holds the time of every frame.
            return demuxer.listsFramesInHeader() && named > 0 ? named : measured(demuxer, named);
        }
    }

    private static double measured(Demuxer demuxer, double named) throws IOException {
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
        AVRational clock = demuxer.stream().time_base();
        if (count < 2 || last <= first) {
            return named > 0 ? named : UNTIMED;
        }
        double shown = last - first + (lastDuration > 0 ? lastDuration : (last - first) / (count - 1.0));
        double tick = avutil.av_q2d(clock);
        boolean sameWithinRounding = named > 0 && Math.abs(count / named - shown * tick) <= ROUNDED_TICKS * tick;
        return sameWithinRounding ? named : count / (shown * tick);
    }
}
