package org.lamp4j.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;
import org.lamp4j.files.RegularFile;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.RgbImage;

/** Decodes a video file frame by frame. The first frame is decoded at once, so that a file without one fails early. */
final class VideoDecoder implements FrameReader {

    private final NativeScope natives = new NativeScope();
    private final Path file;
    private final Demuxer demuxer;
    private final AVCodecContext codec;
    private final AVPacket packet;
    private final AVFrame frame;
    private final FrameConverter converter;
    private final double framesPerSecond;
    private final RgbImage first;
    private @Nullable Deinterlacer deinterlacer;
    private boolean ended;
    private long packetCount;
    private int frameIndex;
    private boolean closed;

    /**
     * Opens a file.
     *
     * @param file a video file
     * @throws IOException if no frame can be decoded; the message names the file
     */
    VideoDecoder(Path file) throws IOException {
        this.file = file;
        requireContent(file);
        try {
            this.framesPerSecond = FrameRate.ofFile(file);
            this.demuxer = natives.own(new Demuxer(file), Demuxer::close);
            this.codec = openCodec(demuxer.stream());
            this.packet = natives.own(avcodec.av_packet_alloc(), avcodec::av_packet_free);
            this.frame = natives.own(avutil.av_frame_alloc(), avutil::av_frame_free);
            this.converter = natives.own(new FrameConverter(file), FrameConverter::close);
            this.first = decode().orElseThrow(
                            () -> new IOException("expected a video of at least 1 frame, but was 0 (" + file + ")"));
        } catch (Throwable failure) {
            natives.close();
            throw failure;
        }
    }

    private static void requireContent(Path file) throws IOException {
        RegularFile.require(file, "a video file");
        if (Files.size(file) == 0) {
            throw new IOException("expected a video of at least 1 frame, but was a file of 0 bytes (" + file + ")");
        }
        Demuxer.requireKnown(file);
        DeclaredLength.require(file);
    }

    private AVCodecContext openCodec(AVStream stream) throws IOException {
        AVCodec decoder = decoderOf(stream);
        if (decoder == null || !Demuxer.isAllowed(decoder)) {
            throw new IOException("expected a codec of clips, such as H.264, VP9 or GIF, but was "
                    + avcodec.avcodec_get_name(stream.codecpar().codec_id()).getString() + " (" + file + ")");
        }
        FrameLimit.require(stream.codecpar().width(), stream.codecpar().height(), file);
        AVCodecContext opened = natives.own(avcodec.avcodec_alloc_context3(decoder), avcodec::avcodec_free_context);
        Ffmpeg.check(avcodec.avcodec_parameters_to_context(opened, stream.codecpar()), "codec parameters", file);
        opened.max_pixels(FrameLimit.paddedPixels(FrameLimit.MAX_PIXELS));
        Ffmpeg.check(avcodec.avcodec_open2(opened, decoder, (PointerPointer<?>) null), "a known codec", file);
        return opened;
    }

    /** FFmpeg's own VP8 and VP9 decoders leave out the alpha channel of a WebM; those of libvpx give it. */
    private static AVCodec decoderOf(AVStream stream) {
        int id = stream.codecpar().codec_id();
        AVDictionaryEntry alpha = avutil.av_dict_get(stream.metadata(), "alpha_mode", null, 0);
        if (alpha != null && alpha.value().getString().equals("1")) {
            if (id == avcodec.AV_CODEC_ID_VP8) {
                return avcodec.avcodec_find_decoder_by_name("libvpx");
            }
            if (id == avcodec.AV_CODEC_ID_VP9) {
                return avcodec.avcodec_find_decoder_by_name("libvpx-vp9");
            }
        }
        return avcodec.avcodec_find_decoder(id);
    }

    @Override
    public double framesPerSecond() {
        return framesPerSecond;
    }

    @Override
    public synchronized Optional<RgbImage> next() throws IOException {
        if (closed) {
            throw new IllegalStateException("expected an open clip, but it was closed (" + file + ")");
        }
        Optional<RgbImage> image = frameIndex == 0 ? Optional.of(first) : decode();
        if (image.isPresent() && !image.get().size().equals(first.size())) {
            throw damaged("one of " + image.get().size() + " after frames of " + first.size());
        }
        frameIndex++;
        return image;
    }

    private Optional<RgbImage> decode() throws IOException {
        while (true) {
            if (deinterlacer != null && deinterlacer.next(frame)) {
                return Optional.of(convert());
            }
            int result = avcodec.avcodec_receive_frame(codec, frame);
            if (result == 0) {
                requireDecoded();
                beginDeinterlacing();
                if (deinterlacer == null) {
                    return Optional.of(convert());
                }
                deinterlacer.add(frame);
                continue;
            }
            if (result == avutil.AVERROR_EOF()) {
                return afterLast();
            }
            if (result != avutil.AVERROR_EAGAIN()) {
                throw damaged(Ffmpeg.describe(result));
            }
            feed();
        }
    }

    private void feed() throws IOException {
        int result = demuxer.read(packet);
        if (result == 0) {
            packetCount++;
            result = avcodec.avcodec_send_packet(codec, packet);
        } else if (result == avutil.AVERROR_EOF()) {
            requireWholeFile();
            result = avcodec.avcodec_send_packet(codec, null);
        }
        avcodec.av_packet_unref(packet);
        if (result < 0) {
            throw damaged(Ffmpeg.describe(result));
        }
    }

    /** A file that was cut off still opens where its header lists the frames; then some are missing at the end. */
    private void requireWholeFile() throws IOException {
        int listed = demuxer.listsFramesInHeader() ? avformat.avformat_index_get_entries_count(demuxer.stream()) : 0;
        if (packetCount < listed) {
            throw new IOException("expected a video of " + listed + " frames, but the file ends after " + packetCount
                    + " (" + file + ")");
        }
    }

    private void requireDecoded() throws IOException {
        if ((frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0 || frame.decode_error_flags() != 0) {
            throw damaged("pixels that do not decode");
        }
        FrameLimit.require(frame.width(), frame.height(), file);
    }

    /** From the first interlaced frame on all go that way, so that they keep their order. */
    private void beginDeinterlacing() throws IOException {
        if (deinterlacer == null && (frame.flags() & AVFrame.AV_FRAME_FLAG_INTERLACED) != 0) {
            deinterlacer =
                    natives.own(new Deinterlacer(frame, demuxer.stream().time_base(), file), Deinterlacer::close);
        }
    }

    /** The last frame waits for one after it to compare with. */
    private Optional<RgbImage> afterLast() throws IOException {
        if (deinterlacer == null) {
            return Optional.empty();
        }
        if (!ended) {
            deinterlacer.add(null);
            ended = true;
        }
        return deinterlacer.next(frame) ? Optional.of(convert()) : Optional.empty();
    }

    private RgbImage convert() throws IOException {
        RgbImage image = converter.toImage(frame);
        avutil.av_frame_unref(frame);
        return image;
    }

    private IOException damaged(String found) {
        return new IOException("expected frame " + frameIndex + ", but was: " + found + " (" + file + ")");
    }

    @Override
    public synchronized void close() {
        closed = true;
        natives.close();
    }
}
