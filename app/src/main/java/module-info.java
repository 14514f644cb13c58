/** The command line of anira, its presets, and its main class. */
module org.anira.app {
    requires info.picocli;
    requires java.desktop;
    requires jdk.management;
    requires jdk.unsupported; // sun.misc.Signal
    requires org.anira.runtime;
    requires tools.jackson.databind;

    opens org.anira.app to
            info.picocli; // sets the fields of commands
}
