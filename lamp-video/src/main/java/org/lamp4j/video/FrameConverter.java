package org.lamp4j.video;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;

/** Turns decoded frames of any pixel format into upright images, transparency laid over black. */
final class FrameConverter implements AutoCloseable {

    private static final int RGB_BYTES = 3;
    private static final int RGBA_BYTES = 4;

    /** Players take the matrix of high definition for frames above the size of a PAL image that do not say. */
    private static final int MAX_STANDARD_WIDTH = 1024;

    private static final int MAX_STANDARD_HEIGHT = 576;

    private final NativeScope natives = new NativeScope();
    private final Object source;
    private final SwsContext scaler;
    private final AVFrame target;

    /**
     * Makes a converter.
     *
     * @param source where the frames come from, for messages
     */
    FrameConverter(Object source) {
        Ffmpeg.load();
        this.source = source;
        try {
            this.scaler = natives.own(swscale.sws_alloc_context(), swscale::sws_free_context);
            scaler.flags(swscale.SWS_BICUBIC | swscale.SWS_ACCURATE_RND | swscale.SWS_FULL_CHR_H_INT);
            this.target = natives.own(avutil.av_frame_alloc(), avutil::av_frame_free);
        } catch (Throwable failure) {
            natives.close();
            throw failure;
        }
    }

    /**
     * Converts a frame.
     *
     * @param frame a decoded frame; matrix and place of its colours are filled in where the file does not say
     * @return the image
     * @throws IOException if FFmpeg cannot convert the pixel format
     */
    RgbImage toImage(AVFrame frame) throws IOException {
        AVPixFmtDescriptor format = avutil.av_pix_fmt_desc_get(frame.format());
        boolean alpha = (format.flags() & avutil.AV_PIX_FMT_FLAG_ALPHA) != 0;
        if ((format.flags() & avutil.AV_PIX_FMT_FLAG_RGB) == 0 && format.nb_components() >= RGB_BYTES) {
            fillInWhatPlayersAssume(frame);
        }
        int pixelBytes = alpha ? RGBA_BYTES : RGB_BYTES;
        prepareTarget(frame, alpha ? avutil.AV_PIX_FMT_RGBA : avutil.AV_PIX_FMT_RGB24);
        Ffmpeg.check(swscale.sws_scale_frame(scaler, target, frame), "pixels that can be made RGB", source);
        // The rows of a target go from its first to its last pixel, with padding between them.
        long bytes = (long) target.linesize(0) * (frame.height() - 1) + (long) frame.width() * pixelBytes;
        ByteBuffer pixels = target.data(0).capacity(bytes).asByteBuffer();
        StoredPixels stored = new StoredPixels(pixels, target.linesize(0), pixelBytes);
        return Orientation.of(frame).apply(new FrameSize(frame.width(), frame.height()), stored);
    }

    private static void fillInWhatPlayersAssume(AVFrame frame) {
        if (frame.colorspace() == avutil.AVCOL_SPC_UNSPECIFIED) {
            boolean standard = frame.width() <= MAX_STANDARD_WIDTH && frame.height() <= MAX_STANDARD_HEIGHT;
            frame.colorspace(standard ? avutil.AVCOL_SPC_SMPTE170M : avutil.AVCOL_SPC_BT709);
        }
        if (frame.chroma_location() == avutil.AVCHROMA_LOC_UNSPECIFIED) {
            frame.chroma_location(avutil.AVCHROMA_LOC_LEFT);
        }
    }

    private void prepareTarget(AVFrame frame, int format) throws IOException {
        if (target.width() == frame.width() && target.height() == frame.height() && target.format() == format) {
            return;
        }
        avutil.av_frame_unref(target);
        target.width(frame.width());
        target.height(frame.height());
        target.format(format);
        target.colorspace(avutil.AVCOL_SPC_RGB);
        target.color_range(avutil.AVCOL_RANGE_JPEG);
        // The same primaries and curve on both sides: the numbers are to be converted, not the look of a display.
        target.color_primaries(frame.color_primaries());
        target.color_trc(frame.color_trc());
        Ffmpeg.check(avutil.av_frame_get_buffer(target, 0), "memory for a frame", source);
    }

    @Override
    public void close() {
        natives.close();
    }
}
