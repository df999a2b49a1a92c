package org.lamp4j.examples.drawing;

import java.util.List;
import org.lamp4j.media.RgbImage;
import org.lamp4j.tensor.RandomSource;

/** What clips of drawn scenes look like. */
public enum Look {
    /** As they are drawn: flat colours before a backdrop that stands still. */
    DRAWN {
        @Override
        List<RgbImage> images(List<Scene> scenes, RandomSource random) {
            return scenes.stream().map(Scene::image).toList();
        }
    },
    /** As a hand-held camera films them: a moving backdrop, changing light, blur and noise. */
    FILMED {
        @Override
        List<RgbImage> images(List<Scene> scenes, RandomSource random) {
            return Camera.film(scenes, random);
        }
    };

    /** Returns the frames of a clip; all that is left to chance comes from {@code random}. */
    abstract List<RgbImage> images(List<Scene> scenes, RandomSource random);
}
