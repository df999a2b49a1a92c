package org.lamp4j.video;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/**
 * Encodes RGB frames into a file.
 *
 * <pre>
 * add ─▶ filters ─▶ encoder ─▶ container
 * </pre>
 *
 * <p>Encoder and container are opened when the first frame leaves the filters, because only then are pixel format,
 * colour range and matrix known; the palette filter lets none go before it has seen all.
 */
final class VideoEncoder implements AutoCloseable {

    private static final int RGB_BYTES = 3;

    /** Large enough for every rate in use, 24000/1001 and 60000/1001 among them. */
    private static final int MAX_RATE_TERM = 1_001_000;

    private final NativeScope natives = new NativeScope();
    private final VideoFormat format;
    private final Path file;
    private final Map<String, String> metadata;
    private final AVFilterGraph graph;
    private final AVFrame source;
    private final AVFrame filtered;
    private final AVPacket packet;
    private final FrameSize size;
    private @Nullable AVCodecContext encoder;
    private @Nullable AVFormatContext container;
    private @Nullable AVStream stream;

    /**
     * Writes a clip.
     *
     * @param format what to write
     * @param clip the clip; its provenance is stored as a comment
     * @param preparation makes each frame fit the format
     * @param file where to
     * @throws EncodingException if it cannot be written
     * @throws IllegalArgumentException if the frames are too small for the format
     */
    static void write(VideoFormat format, VideoClip clip, UnaryOperator<RgbImage> preparation, Path file)
            throws EncodingException {
        Ffmpeg.load();
        FrameSize size = preparation.apply(clip.frames().get(0)).size();
        double rate = Math.min(clip.framesPerSecond(), format.limits().maxFramesPerSecond());
        try (AVRational framesPerSecond = avutil.av_d2q(rate, MAX_RATE_TERM);
                AVRational clock = avutil.av_inv_q(framesPerSecond);
                VideoEncoder encoder = new VideoEncoder(format, size, clock, comment(clip.provenance()), file)) {
            for (int frameIndex = 0; frameIndex < clip.frameCount(); frameIndex++) {
                encoder.add(preparation.apply(clip.frames().get(frameIndex)), frameIndex);
            }
            encoder.finish();
        }
    }

    private static Map<String, String> comment(Map<String, String> provenance) {
        String lines = provenance.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining("\n"));
        return lines.isEmpty() ? Map.of() : Map.of("comment", lines);
    }

    /**
     * Prepares a file.
     *
     * @param format what to write
     * @param size of every frame; a multiple of the format's step
     * @param clock seconds per unit of time
     * @param metadata text to store beside the frames, by FFmpeg's names
     * @param file where to
     * @throws EncodingException if FFmpeg refuses the format
     */
    VideoEncoder(VideoFormat format, FrameSize size, AVRational clock, Map<String, String> metadata, Path file)
            throws EncodingException {
        Ffmpeg.load();
        this.format = format;
        this.file = file;
        this.metadata = metadata;
        this.size = size;
        try {
            this.graph = natives.own(avfilter.avfilter_graph_alloc(), avfilter::avfilter_graph_free);
            parseFilters(clock);
            this.source = natives.own(avutil.av_frame_alloc(), avutil::av_frame_free);
            this.filtered = natives.own(avutil.av_frame_alloc(), avutil::av_frame_free);
            this.packet = natives.own(avcodec.av_packet_alloc(), avcodec::av_packet_free);
        } catch (Throwable failure) {
            natives.close();
            throw failure;
        }
    }

    private void parseFilters(AVRational clock) throws EncodingException {
        String description = "buffer@in=video_size=" + size + ":pix_fmt=rgb24:time_base=" + clock.num() + "/"
                + clock.den() + "," + format.filters() + ",buffersink@out";
        try (PointerPointer<?> inputs = new PointerPointer<>(1);
                PointerPointer<?> outputs = new PointerPointer<>(1);
                BytePointer text = Ffmpeg.utf8(description)) {
            check(avfilter.avfilter_graph_parse2(graph, text, inputs, outputs));
            check(avfilter.avfilter_graph_config(graph, null));
        }
    }

    /**
     * Adds a frame.
     *
     * @param image the frame
     * @param time when it is shown, in units of the clock
     * @throws EncodingException if it cannot be written
     */
    void add(RgbImage image, long time) throws EncodingException {
        source.width(size.width());
        source.height(size.height());
        source.format(avutil.AV_PIX_FMT_RGB24);
        source.colorspace(avutil.AVCOL_SPC_RGB);
        source.color_range(avutil.AVCOL_RANGE_JPEG);
        source.pts(time);
        source.duration(1);
        check(avutil.av_frame_get_buffer(source, 0));
        byte[] rgb = image.toRgbBytes();
        int rowBytes = size.width() * RGB_BYTES;
        BytePointer data = source.data(0);
        for (int row = 0; row < size.height(); row++) {
            data.position((long) row * source.linesize(0)).put(rgb, row * rowBytes, rowBytes);
        }
        check(avfilter.av_buffersrc_add_frame(filter("buffer@in"), source));
        encodeFiltered();
    }

    /**
     * Writes what is still under way and completes the file.
     *
     * @throws EncodingException if it cannot be written
     */
    void finish() throws EncodingException {
        check(avfilter.av_buffersrc_add_frame(filter("buffer@in"), null));
        encodeFiltered();
        check(avcodec.avcodec_send_frame(encoder, null));
        writePackets();
        AVFormatContext written = Objects.requireNonNull(container);
        checkWritten(avformat.av_write_trailer(written));
        avformat.avio_flush(written.pb());
        checkWritten(written.pb().error());
    }

    private AVFilterContext filter(String name) {
        return avfilter.avfilter_graph_get_filter(graph, name);
    }

    private void encodeFiltered() throws EncodingException {
        AVFilterContext sink = filter("buffersink@out");
        while (true) {
            int result = avfilter.av_buffersink_get_frame(sink, filtered);
            if (result == avutil.AVERROR_EAGAIN() || result == avutil.AVERROR_EOF()) {
                return;
            }
            check(result);
            if (encoder == null) {
                openEncoder(avfilter.av_buffersink_get_time_base(sink));
                openContainer();
            }
            filtered.pict_type(avutil.AV_PICTURE_TYPE_NONE);
            check(avcodec.avcodec_send_frame(encoder, filtered));
            avutil.av_frame_unref(filtered);
            writePackets();
        }
    }

    private void openEncoder(AVRational clock) throws EncodingException {
        AVCodec codec = avcodec.avcodec_find_encoder_by_name(format.encoder());
        if (codec == null) {
            throw EncodingException.ofEncoder(
                    "expected the encoder " + format.encoder() + ", but this FFmpeg has none");
        }
        AVCodecContext made = natives.own(avcodec.avcodec_alloc_context3(codec), avcodec::avcodec_free_context);
        encoder = made;
        made.width(filtered.width());
        made.height(filtered.height());
        made.pix_fmt(filtered.format());
        made.colorspace(filtered.colorspace());
        made.color_range(filtered.color_range());
        made.color_primaries(filtered.color_primaries());
        made.color_trc(filtered.color_trc());
        made.time_base(clock);
        made.framerate(avutil.av_inv_q(clock));
        made.flags(made.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
        AVDictionary options = Ffmpeg.dictionary(format.encoderOptions());
        try {
            check(avcodec.avcodec_open2(made, codec, options));
        } finally {
            avutil.av_dict_free(options);
        }
    }

    private void openContainer() throws EncodingException {
        try (BytePointer url = Ffmpeg.url(file);
                BytePointer name = Ffmpeg.utf8(format.container())) {
            AVFormatContext made = new AVFormatContext(null);
            check(avformat.avformat_alloc_output_context2(made, null, name, url));
            container = natives.own(made, avformat::avformat_free_context);
            AVStream video = avformat.avformat_new_stream(made, null);
            stream = video;
            AVCodecContext opened = Objects.requireNonNull(encoder);
            check(avcodec.avcodec_parameters_from_context(video.codecpar(), opened));
            video.time_base(opened.time_base());
            video.avg_frame_rate(opened.framerate());
            made.metadata(Ffmpeg.dictionary(metadata));
            AVIOContext output = new AVIOContext(null);
            checkWritten(avformat.avio_open(output, url, avformat.AVIO_FLAG_WRITE));
            made.pb(natives.own(output, avformat::avio_closep));
        }
        AVDictionary options = Ffmpeg.dictionary(format.containerOptions());
        try {
            checkWritten(avformat.avformat_write_header(container, options));
        } finally {
            avutil.av_dict_free(options);
        }
    }

    private void writePackets() throws EncodingException {
        AVCodecContext encoder = Objects.requireNonNull(this.encoder);
        AVStream stream = Objects.requireNonNull(this.stream);
        while (true) {
            int result = avcodec.avcodec_receive_packet(encoder, packet);
            if (result == avutil.AVERROR_EAGAIN() || result == avutil.AVERROR_EOF()) {
                return;
            }
            check(result);
            if (packet.duration() == 0) {
                packet.duration(1);
            }
            packet.stream_index(stream.index());
            avcodec.av_packet_rescale_ts(packet, encoder.time_base(), stream.time_base());
            checkWritten(avformat.av_interleaved_write_frame(container, packet));
        }
    }

    private void check(int result) throws EncodingException {
        if (result < 0) {
            throw EncodingException.ofEncoder("expected frames of " + size + " that " + format.encoder()
                    + " takes, but was: " + Ffmpeg.describe(result));
        }
    }

    private static void checkWritten(int result) throws EncodingException {
        if (result < 0) {
            throw EncodingException.ofFile("expected a file that can be written, but was: " + Ffmpeg.describe(result));
        }
    }

    /** Releases everything; a file that was not finished stays as it is. Closing twice does nothing. */
    @Override
    public void close() {
        natives.close();
    }
}
