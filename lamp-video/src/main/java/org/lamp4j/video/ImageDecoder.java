package org.lamp4j.video;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;
import org.lamp4j.media.ImageFile;
import org.lamp4j.media.RgbImage;

/** Decodes a PNG, JPEG or WebP file that {@link ImageFile} has found affordable. */
final class ImageDecoder {

    private static final String EXPECTED = "an image (PNG, JPEG or WebP), whole";

    private ImageDecoder() {}

    /**
     * Reads an image.
     *
     * @param file the file
     * @return the image, upright, transparency laid over black
     * @throws IOException if it is not a whole image of these formats; the message names the file
     */
    static RgbImage read(Path file) throws IOException {
        Ffmpeg.load();
        return decode(ImageFile.read(file));
    }

    /**
     * Decodes an image.
     *
     * @param image the file or stream
     * @return the image, upright, transparency laid over black
     * @throws IOException if its pixels are damaged; the message names where it came from
     */
    static RgbImage decode(ImageFile image) throws IOException {
        Ffmpeg.load();
        Object source = image.source();
        int codecId = switch (image.format()) {
            case JPEG -> avcodec.AV_CODEC_ID_MJPEG;
            case WEBP -> avcodec.AV_CODEC_ID_WEBP;
            default -> avcodec.AV_CODEC_ID_PNG;
        };
        try (NativeScope natives = new NativeScope()) {
            AVCodec decoder = avcodec.avcodec_find_decoder(codecId);
            AVCodecContext codec = natives.own(avcodec.avcodec_alloc_context3(decoder), avcodec::avcodec_free_context);
            // Half an image is no image: without this a cut JPEG decodes to grey below the cut.
            codec.max_pixels(FrameLimit.paddedPixels(RgbImage.MAX_PIXELS));
            codec.err_recognition(avcodec.AV_EF_EXPLODE | avcodec.AV_EF_CRCCHECK);
            Ffmpeg.check(avcodec.avcodec_open2(codec, decoder, (PointerPointer<?>) null), "a known codec", source);
            AVPacket packet = natives.own(avcodec.av_packet_alloc(), avcodec::av_packet_free);
            ByteBuffer content = image.content();
            Ffmpeg.check(avcodec.av_new_packet(packet, content.limit()), "memory for an image", source);
            packet.data().put(content.array(), content.arrayOffset(), content.limit());
            AVFrame frame = natives.own(avutil.av_frame_alloc(), avutil::av_frame_free);
            FrameConverter converter = natives.own(new FrameConverter(source), FrameConverter::close);
            Ffmpeg.check(avcodec.avcodec_send_packet(codec, packet), EXPECTED, source);
            Ffmpeg.check(avcodec.avcodec_send_packet(codec, null), EXPECTED, source);
            Ffmpeg.check(avcodec.avcodec_receive_frame(codec, frame), EXPECTED, source);
            if (frame.decode_error_flags() != 0 || (frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0) {
                throw new IOException("expected " + EXPECTED + ", but was a damaged one (" + source + ")");
            }
            return converter.toImage(frame);
        }
    }
}
