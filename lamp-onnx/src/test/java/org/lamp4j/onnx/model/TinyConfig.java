package org.lamp4j.onnx.model;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.lamp4j.onnx.config.VideoUNetConfig;

/** Makes configurations of UNets small enough to run in milliseconds: two levels of eight channels unless said. */
public final class TinyConfig {

    private List<Integer> channels = List.of(8, 16);
    private List<Integer> heads = List.of(2, 2);
    private List<Boolean> down = List.of(true, false);
    private List<Boolean> up = List.of(false, true);
    private int layers = 1;
    private int groups = 4;
    private int contextWidth = 6;
    private boolean linearProjection;

    public TinyConfig channels(Integer... newChannels) {
        channels = List.of(newChannels);
        heads = Collections.nCopies(newChannels.length, 2);
        attention(
                Collections.nCopies(newChannels.length, true),
                IntStream.range(0, newChannels.length)
                        .mapToObj(block -> block != 0)
                        .toList());
        return this;
    }

    public TinyConfig heads(Integer... newHeads) {
        heads = List.of(newHeads);
        return this;
    }

    public TinyConfig attention(List<Boolean> goingDown, List<Boolean> goingUp) {
        down = goingDown;
        up = goingUp;
        return this;
    }

    public TinyConfig layers(int newLayers) {
        layers = newLayers;
        return this;
    }

    public TinyConfig groups(int newGroups) {
        groups = newGroups;
        return this;
    }

    public TinyConfig contextWidth(int newWidth) {
        contextWidth = newWidth;
        return this;
    }

    public TinyConfig linearProjection() {
        linearProjection = true;
        return this;
    }

    public VideoUNetConfig build() {
        List<VideoUNetConfig.Level> levels = IntStream.range(0, channels.size())
                .mapToObj(level -> new VideoUNetConfig.Level(
                        channels.get(level), heads.get(level), down.get(level), up.get(channels.size() - 1 - level)))
                .toList();
        return new VideoUNetConfig(4, 4, levels, layers, contextWidth, groups, 1e-5f, linearProjection, true, 0, 8);
    }

    @Override
    public String toString() {
        return "channels " + channels + ", heads " + heads + ", attention " + down + " " + up + ", layers " + layers
                + ", groups " + groups + (linearProjection ? ", linear projection" : "");
    }
}
