package org.lamp4j.training.loop;

import java.util.List;
import java.util.Optional;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.training.TrainingClip;

/**
 * What one walk through a clip has found.
 *
 * @param clip the clip
 * @param hash SHA-256 of its content
 * @param frames all of its frames that a window may show, of the size that is trained; empty if they would take too
 *     much memory, and are to be read once more
 * @param firstWindow its first window in its own size; empty if none was asked for, or the walk was interrupted
 */
record ReadClip(TrainingClip clip, String hash, Optional<List<RgbImage>> frames, Optional<VideoClip> firstWindow) {}
