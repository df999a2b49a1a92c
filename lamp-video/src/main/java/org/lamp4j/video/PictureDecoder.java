package org.lamp4j.video;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;
import org.lamp4j.media.RgbImage;

/** Decodes a PNG, JPEG or WebP file. Its first bytes say which it is: names are often wrong. */
final class PictureDecoder {

    private static final String EXPECTED = "a picture (PNG, JPEG or WebP)";

    private static final String EXPECTED_PIXELS =
            EXPECTED + ", whole and of at most " + RgbImage.MAX_PIXELS + " pixels";

    /** Four bytes for each of the most pixels: more than any of these formats needs. */
    private static final long MAX_FILE_BYTES = 4L * RgbImage.MAX_PIXELS;

    private PictureDecoder() {}

    /**
     * Reads a picture.
     *
     * @param file the file
     * @return the picture, upright, transparency laid over black
     * @throws IOException if it is not a whole picture of these formats; the message names the file
     */
    static RgbImage read(Path file) throws IOException {
        Ffmpeg.load();
        if (!Files.isRegularFile(file)) {
            throw new IOException("expected " + EXPECTED + ", but was nothing of that name (" + file + ")");
        }
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new IOException("expected " + EXPECTED + " of at most " + MAX_FILE_BYTES + " bytes, but was "
                    + Files.size(file) + " (" + file + ")");
        }
        byte[] content = Files.readAllBytes(file);
        int codecId = codecOf(content, file);
        if (codecId == avcodec.AV_CODEC_ID_PNG) {
            content = PngChunks.withoutTexts(content);
        }
        try (NativeScope natives = new NativeScope()) {
            AVCodec decoder = avcodec.avcodec_find_decoder(codecId);
            AVCodecContext codec = natives.own(avcodec.avcodec_alloc_context3(decoder), avcodec::avcodec_free_context);
            // Half a picture is no picture: without this a cut JPEG decodes to grey below the cut.
            codec.max_pixels(RgbImage.MAX_PIXELS);
            codec.err_recognition(avcodec.AV_EF_EXPLODE | avcodec.AV_EF_CRCCHECK);
            Ffmpeg.check(avcodec.avcodec_open2(codec, decoder, (PointerPointer<?>) null), "a known codec", file);
            AVPacket packet = natives.own(avcodec.av_packet_alloc(), avcodec::av_packet_free);
            Ffmpeg.check(avcodec.av_new_packet(packet, content.length), "memory for a picture", file);
            packet.data().put(content);
            AVFrame frame = natives.own(avutil.av_frame_alloc(), avutil::av_frame_free);
            FrameConverter converter = natives.own(new FrameConverter(file), FrameConverter::close);
            Ffmpeg.check(avcodec.avcodec_send_packet(codec, packet), EXPECTED_PIXELS, file);
            Ffmpeg.check(avcodec.avcodec_send_packet(codec, null), EXPECTED_PIXELS, file);
            Ffmpeg.check(avcodec.avcodec_receive_frame(codec, frame), EXPECTED_PIXELS, file);
            if (frame.decode_error_flags() != 0 || (frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0) {
                throw new IOException("expected " + EXPECTED + ", but was a damaged one (" + file + ")");
            }
            return converter.toImage(frame);
        }
    }

    private static int codecOf(byte[] content, Path file) throws IOException {
        String start = new String(content, 0, Math.min(content.length, 12), StandardCharsets.ISO_8859_1);
        if (start.startsWith("\u0089PNG\r\n\u001a\n")) {
            return avcodec.AV_CODEC_ID_PNG;
        }
        if (start.startsWith("\u00ff\u00d8\u00ff")) {
            return avcodec.AV_CODEC_ID_MJPEG;
        }
        if (start.startsWith("RIFF") && start.endsWith("WEBP")) {
            return avcodec.AV_CODEC_ID_WEBP;
        }
        throw new IOException("expected " + EXPECTED + ", but was a file of " + content.length
                + " bytes that begins otherwise (" + file + ")");
    }
}
