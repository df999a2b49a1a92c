package org.lamp4j.training.loop;

import java.io.IOException;

/** Something that is done between the steps of a run and does not change what is learned. */
interface StepAction {

    /** Called after each step; {@code step} counts from 1. */
    void stepDone(int step) throws IOException;

    /** Called when no step follows: all are done, or the run was stopped. */
    void runDone(int step) throws IOException;
}
