package org.lamp4j.training;

import org.lamp4j.training.TrainingOptions.Optimizer;

/** An {@link Optimizer} while it is set, value by value. */
final class OptimizerDraft {

    float learningRate;
    LearningRateSchedule learningRateSchedule;
    float beta1;
    float beta2;
    float epsilon;
    float weightDecay;
    float maxGradientNorm;

    OptimizerDraft(Optimizer optimizer) {
        learningRate = optimizer.learningRate();
        learningRateSchedule = optimizer.learningRateSchedule();
        beta1 = optimizer.beta1();
        beta2 = optimizer.beta2();
        epsilon = optimizer.epsilon();
        weightDecay = optimizer.weightDecay();
        maxGradientNorm = optimizer.maxGradientNorm();
    }

    Optimizer done() {
        return new Optimizer(learningRate, learningRateSchedule, beta1, beta2, epsilon, weightDecay, maxGradientNorm);
    }
}
