package org.anira.runtime.train;

import java.time.Duration;

/**
 * How a training stands, after a step.
 *
 * @param step finished steps
 * @param steps steps in all
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
