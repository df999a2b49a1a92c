package org.lamp4j.spark;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.lamp4j.device.Device;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.progress.Decision;

/** What a task has of the machine it runs on. */
record TaskPlace(TaskContext task) {

    private static final String GPU = "gpu";
    private static final Pattern LOCAL = Pattern.compile("local\\[(\\*|\\d{1,4})(?:,\\d+)?]");

    static TaskPlace current() {
        return new TaskPlace(TaskContext.get());
    }

    /** Returns the GPU that Spark gave the task, else the CPU, with as many threads as the task has cores. */
    Device device(ClusterModel model) {
        int threads = task.cpus();
        SparkConf conf = SparkEnv.get().conf();
        int cores = conf.getInt(
                "spark.executor.cores",
                cores(conf.get("spark.master", ""), Runtime.getRuntime().availableProcessors()));
        return device(Optional.ofNullable(task.resourcesJMap().get(GPU)), threads)
                .withMemoryBudget(model.memoryBudget().orElseGet(() -> share(Math.max(1, cores / threads))));
    }

    /** Returns how many cores an executor has where nobody says it: on a cluster manager of its own all there are. */
    static int cores(String master, int processors) {
        Matcher local = LOCAL.matcher(master);
        if (local.matches()) {
            return local.group(1).equals("*") ? processors : Integer.parseInt(local.group(1));
        }
        return master.equals("local") || master.equals("yarn") || master.startsWith("k8s:") ? 1 : processors;
    }

    static Device device(Optional<ResourceInformation> gpu, int threads) {
        Device device = gpu.map(given -> Device.cuda(index(given))).orElseGet(Device::cpu);
        return device.withThreads(threads);
    }

    private static int index(ResourceInformation gpu) {
        String address = gpu.addresses().length == 1 ? gpu.addresses()[0] : String.join(",", gpu.addresses());
        if (!address.matches("\\d{1,3}")) {
            throw new IllegalStateException("expected one GPU for each task, by its number, but was " + address
                    + " (spark.task.resource.gpu.amount)");
        }
        return Integer.parseInt(address);
    }

    private static MemoryBudget share(int tasks) {
        MemoryBudget machine = MemoryBudget.ofMachine();
        return tasks == 1 ? machine : MemoryBudget.ofBytes(machine.bytes() / tasks);
    }

    String host() {
        return SparkEnv.get().blockManager().blockManagerId().host();
    }

    /** Lets work go on until Spark cancels the task. */
    Decision decision() {
        return task.isInterrupted() ? Decision.STOP : Decision.CONTINUE;
    }
}
