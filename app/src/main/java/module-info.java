/** The command line of anira, its presets, and its main class. */
module org.anira.app {
    requires info.picocli;
    requires jdk.management;
    requires jdk.unsupported; // sun.misc.Signal
    requires org.anira.runtime;

    // picocli creates commands and the version provider, and sets options, by reflection.
    opens org.anira.app to
            info.picocli;
    opens org.anira.app.bench to
            info.picocli;
    opens org.anira.app.command to
            info.picocli;
    opens org.anira.app.console to
            info.picocli;
    opens org.anira.app.process to
            info.picocli;
}
