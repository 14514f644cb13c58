package org.anira.runtime.train;

import java.time.Duration;

/**
 * The progress of a training after a step.
 *
 * @param step finished steps
 * @param steps total number of steps
 * @param loss loss of this step, nats
 * @param meanDepth mean steps per token fed, since the last logged line
 * @param highDepth 95th percentile of steps per token fed, since the last logged line
 * @param tokensPerSecond tokens fed per second, since the training began or resumed
 * @param left estimated time to the end
 */
public record Progress(
        long step,
        long steps,
        double loss,
        double meanDepth,
        int highDepth,
        double tokensPerSecond,
        Duration left) {}
