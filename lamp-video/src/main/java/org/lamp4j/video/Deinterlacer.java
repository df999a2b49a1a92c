package org.lamp4j.video;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Makes whole frames of frames whose even and odd rows were taken one after the other, with FFmpeg's bwdif: one frame
 * for each, as of the time of its first rows. Frames that are whole pass as they are.
 */
final class Deinterlacer implements AutoCloseable {

    private static final String EXPECTED = "interlaced frames that can be made whole";

    private final NativeScope natives = new NativeScope();
    private final Path file;
    private final AVFilterGraph graph;
    private final int width;
    private final int height;
    private final int format;

    /**
     * Prepares for frames like one.
     *
     * @param like the first frame
     * @param tick seconds between two ticks of the clock that its time is given by
     * @param file where it comes from, for messages
     * @throws IOException if FFmpeg has no way for its pixel format
     */
    Deinterlacer(AVFrame like, AVRational tick, Path file) throws IOException {
        this.file = file;
        this.width = like.width();
        this.height = like.height();
        this.format = like.format();
        try {
            this.graph = natives.own(avfilter.avfilter_graph_alloc(), avfilter::avfilter_graph_free);
            String description = "buffer@in=video_size=" + like.width() + "x" + like.height() + ":pix_fmt="
                    + like.format() + ":time_base=" + tick.num() + "/" + tick.den() + ":colorspace=" + like.colorspace()
                    + ":range=" + like.color_range()
                    + ",bwdif=mode=send_frame:deint=interlaced,buffersink@out";
            try (PointerPointer<?> inputs = new PointerPointer<>(1);
                    PointerPointer<?> outputs = new PointerPointer<>(1);
                    BytePointer text = Ffmpeg.utf8(description)) {
                check(avfilter.avfilter_graph_parse2(graph, text, inputs, outputs));
                check(avfilter.avfilter_graph_config(graph, null));
            }
        } catch (Throwable failure) {
            natives.close();
            throw failure;
        }
    }

    /**
     * Takes a frame.
     *
     * @param frame the next frame, left empty; null after the last
     */
    void add(@Nullable AVFrame frame) throws IOException {
        if (frame != null && !(frame.width() == width && frame.height() == height && frame.format() == format)) {
            throw new IOException("expected interlaced frames of " + width + "x" + height
                    + " in one pixel format, but was " + frame.width() + "x" + frame.height() + " (" + file + ")");
        }
        check(avfilter.av_buffersrc_add_frame(filter("buffer@in"), frame));
    }

    /**
     * Gives a frame.
     *
     * @param frame filled
     * @return false if it takes another frame before the next is whole, or that was the last
     */
    boolean next(AVFrame frame) throws IOException {
        int result = avfilter.av_buffersink_get_frame(filter("buffersink@out"), frame);
        if (result == avutil.AVERROR_EAGAIN() || result == avutil.AVERROR_EOF()) {
            return false;
        }
        check(result);
        return true;
    }

    private AVFilterContext filter(String name) {
        return avfilter.avfilter_graph_get_filter(graph, name);
    }

    private void check(int result) throws IOException {
        Ffmpeg.check(result, EXPECTED, file);
    }

    @Override
    public void close() {
        natives.close();
    }
}
