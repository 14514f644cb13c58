/** The command line of anira, its presets, and its main class. */
module org.anira.app {
    requires info.picocli;
    requires jdk.management;
    requires jdk.unsupported; // sun.misc.Signal
    requires org.anira.runtime;

    opens org.anira.app to
            info.picocli; // sets the fields of commands
}
