package org.anira.runtime.run;

import org.anira.api.DataException;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Creates new folders: each is created by exactly one process, and none is reused. */
public final class NewFolders {

    private NewFolders() {}

    /**
     * Makes the next numbered folder in another one: {@code 001}, {@code 002} and so on.
     *
     * @param parent the folder around it, created if it does not exist
     * @throws DataException RUN-005 if it cannot be made
     */
    public static Path next(Path parent) {
        try {
            Files.createDirectories(parent);
            for (int number = lastNumber(parent) + 1; ; number++) {
                try {
                    return Files.createDirectory(parent.resolve("%03d".formatted(number)));
                } catch (FileAlreadyExistsException e) {
                    continue; // another process took this number
                }
            }
        } catch (IOException e) {
            throw DurableFiles.cannotWrite(parent, e);
        }
    }

    /**
     * Makes the folder that the user named, and those above it.
     *
     * @param advice what to do if it is a run's folder
     * @throws DataException RUN-001 if it exists or is the name of a run's own file; RUN-005 if it
     *     cannot be made
     */
    public static Path named(Path path, String advice) {
        if (!DurableFiles.isName(path.getFileName())) {
            throw new DataException(
                    "RUN-001", "'%s' is no name for a new folder. Choose one.".formatted(path));
        }
        RunFolder.requireForeign(path);
        try {
            Path parent = path.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            return Files.createDirectory(path);
        } catch (FileAlreadyExistsException e) {
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                throw DurableFiles.cannotWrite(path, e); // a file is where a folder above should be
            }
            throw new DataException(
                    "RUN-001",
                    RunFolder.isRun(path)
                            ? "Run folder '%s' exists. %s".formatted(path, advice)
                            : "'%s' exists, and nothing is overwritten. Choose another name."
                                    .formatted(path),
                    e);
        } catch (IOException e) {
            throw DurableFiles.cannotWrite(path, e);
        }
    }

    private static int lastNumber(Path parent) throws IOException {
        return DurableFiles.entries(parent).stream()
                .map(entry -> entry.getFileName().toString())
                .filter(name -> name.matches("[0-9]{3,9}"))
                .mapToInt(Integer::parseInt)
                .max()
                .orElse(0);
    }
}
