package org.lamp4j.video;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.lamp4j.media.MediaFormat;

/** Takes the packets of the video stream out of a container. */
final class Demuxer implements AutoCloseable {

    /**
     * Decoders of clips, by FFmpeg's names. FFmpeg knows hundreds more, of screen recorders and games; fewer people
     * have looked at how they take damaged files, and some expand whatever a frame holds: PNG does, for one.
     */
    private static final Set<String> DECODERS = Set.of(
            "h264",
            "hevc",
            "vp8",
            "vp9",
            "libvpx",
            "libvpx-vp9",
            "av1",
            "libdav1d",
            "libaom-av1",
            "mpeg1video",
            "mpeg2video",
            "mpeg4",
            "msmpeg4",
            "msmpeg4v2",
            "h263",
            "wmv1",
            "wmv2",
            "theora",
            "mjpeg",
            "gif",
            "prores",
            "dnxhd",
            "ffv1",
            "huffyuv",
            "ffvhuff",
            "utvideo",
            "qtrle",
            "rawvideo");

    /** Containers of clips only: FFmpeg also knows play lists and scripts that would open other files. */
    private static final Map<String, String> OPTIONS = Map.of(
            "format_whitelist",
            "mov,mp4,matroska,webm,avi,gif",
            "protocol_whitelist",
            "file",
            "codec_whitelist",
            String.join(",", DECODERS));

    private static final String EXPECTED_VIDEO = "a video (mp4, mov, webm, mkv, avi or gif)";

    private final NativeScope natives = new NativeScope();
    private final Path file;
    private final AVFormatContext container;
    private final AVStream stream;

    /**
     * Opens a file.
     *
     * @param file a video file
     * @throws IOException if it is none; the message names the file
     */
    Demuxer(Path file) throws IOException {
        Ffmpeg.load();
        this.file = file;
        try {
            this.container = open();
            Ffmpeg.check(avformat.avformat_find_stream_info(container, (PointerPointer<?>) null), EXPECTED_VIDEO, file);
            this.stream = videoStream();
        } catch (Throwable failure) {
            natives.close();
            throw failure;
        }
    }

    /**
     * Refuses images and videos of containers that are not read, by name. Most of these do not say how long they are,
     * so one that was cut off could not be told from a whole one.
     *
     * @param file a regular file
     * @throws IOException if it is one of these; the message says what to do
     */
    static void requireKnown(Path file) throws IOException {
        MediaFormat format;
        try (InputStream input = Files.newInputStream(file)) {
            format = MediaFormat.of(input.readNBytes(MediaFormat.START_BYTES));
        }
        switch (format) {
            case GIF, MP4, MATROSKA, AVI, UNKNOWN -> {}
            case MPEG_TS, MPEG_PS, FLV, OGG, ASF, ANIMATED_WEBP, ANIMATED_PNG ->
                throw new IOException(
                        "expected " + EXPECTED_VIDEO + ", but was " + format + "; convert it to .mp4 (" + file + ")");
            default -> throw new IOException("expected " + EXPECTED_VIDEO + ", but was " + format + " (" + file + ")");
        }
    }

    private AVFormatContext open() throws IOException {
        AVFormatContext opened = new AVFormatContext(null);
        AVDictionary options = Ffmpeg.dictionary(OPTIONS);
        try (BytePointer url = Ffmpeg.url(file)) {
            Ffmpeg.check(avformat.avformat_open_input(opened, url, null, options), EXPECTED_VIDEO, file);
        } finally {
            avutil.av_dict_free(options);
        }
        return natives.own(opened, avformat::avformat_close_input);
    }

    private AVStream videoStream() throws IOException {
        int index =
                avformat.av_find_best_stream(container, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, (PointerPointer<?>) null, 0);
        if (index < 0) {
            throw new IOException("expected a video stream, but was " + container.nb_streams()
                    + " streams without one (" + file + ")");
        }
        for (int other = 0; other < container.nb_streams(); other++) {
            if (other != index) {
                container.streams(other).discard(avcodec.AVDISCARD_ALL);
            }
        }
        return container.streams(index);
    }

    /** Tells whether a decoder is one of those that clips are decoded with. */
    static boolean isAllowed(AVCodec decoder) {
        return DECODERS.contains(decoder.name().getString());
    }

    /** Returns the video stream, which lives as long as this. */
    AVStream stream() {
        return stream;
    }

    /** Tells whether the container is of the MP4 and QuickTime family, whose header lists every frame. */
    boolean listsFramesInHeader() {
        return container.iformat().name().getString().contains("mp4");
    }

    /**
     * Reads the next packet of the video stream.
     *
     * @param packet filled; the caller unrefs it
     * @return 0, or FFmpeg's number for the end of the file or for damage
     */
    int read(AVPacket packet) {
        while (true) {
            int result = avformat.av_read_frame(container, packet);
            if (result < 0) {
                return result;
            }
            if (packet.stream_index() == stream.index()) {
                boolean cut = (packet.flags() & avcodec.AV_PKT_FLAG_CORRUPT) != 0;
                return cut ? avutil.AVERROR_INVALIDDATA() : 0;
            }
            avcodec.av_packet_unref(packet);
        }
    }

    @Override
    public void close() {
        natives.close();
    }
}
