package org.anira.testkit.example;

import org.anira.api.task.Sample;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;
import org.anira.testkit.TaskContract;

import java.util.Arrays;

/** A task with several right answers keeps its contract, and its test says which they are. */
class MemberContractTests extends TaskContract {

    @Override
    public TaskProvider provider() {
        return new MemberProvider();
    }

    @Override
    public boolean valid(Task task, Sample sample, int span, int[] answer) {
        int[] word = Arrays.copyOfRange(sample.tokens(), 1, sample.tokens().length - 2);
        return answer.length == 1 && Arrays.stream(word).anyMatch(letter -> letter == answer[0]);
    }
}
