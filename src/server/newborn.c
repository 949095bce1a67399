#include "server/newborn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

static bool make_directories(const char *path, struct error *err) {
    char directory[PATH_MAX];
    if (strlen(path) >= sizeof directory)
        return error_set(err, ERROR_CONFIG, "the path of the database is too long");
    strcpy(directory, path);
    for (char *slash = strchr(directory + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(directory, 0755) < 0 && errno != EEXIST)
            return error_set_errno(err, ERROR_CONFIG, errno, "cannot make the directory \"%s\" of the database",
                                   directory);
        *slash = '/';
    }
    return true;
}

static bool exists(const char *path) {
    struct stat facts;
    return stat(path, &facts) == 0;
}

static void remove_database(const char *path) {
    static const char *const suffixes[] = {".wal", ".oids", ""};
    char file[PATH_MAX + 8];
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(file, sizeof file, "%s%s", path, suffixes[i]);
        unlink(file);
    }
}

static bool is_same_file(int fd, const char *path) {
    struct stat by_fd, by_path;
    return fstat(fd, &by_fd) == 0 && stat(path, &by_path) == 0 && by_fd.st_dev == by_path.st_dev &&
           by_fd.st_ino == by_path.st_ino;
}

/* Opens the marker: one that lies there, or our own where there is neither marker nor database. -1 with errno ENOENT:
 * the database is not new; EAGAIN: another process was faster, look again. */
static int open_marker(const struct newborn *newborn, bool *ours) {
    *ours = false;
    int fd = open(newborn->marker, O_RDWR | O_CLOEXEC);
    if (fd >= 0 || errno != ENOENT || exists(newborn->path))
        return fd;
    fd = open(newborn->marker, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        errno = errno == EEXIST ? EAGAIN : errno;
    *ours = fd >= 0;
    return fd;
}

/* One try; false with errno as open_marker() has it. */
static bool hold_marker(struct newborn *newborn) {
    bool ours;
    int fd = open_marker(newborn, &ours);
    if (fd < 0)
        return false;
    int failure = flock(fd, LOCK_EX | LOCK_NB) < 0 ? EBUSY : is_same_file(fd, newborn->marker) ? 0 : EAGAIN;
    if (!failure && exists(newborn->path)) {
        if (ours) { /* another process has just completed it */
            unlink(newborn->marker);
            failure = ENOENT;
        } else {
            remove_database(newborn->path);
            newborn->started_over = true;
        }
    }
    if (failure) {
        close(fd);
        errno = failure;
        return false;
    }
    newborn->marker_fd = fd;
    return true;
}

static void forget_marker(struct newborn *newborn) {
    memory_free(newborn->marker);
    newborn->marker = NULL;
}

bool newborn_begin(struct newborn *newborn, const char *path, struct error *err) {
    size_t size = strlen(path) + sizeof ".new";
    *newborn = (struct newborn){.path = path, .marker_fd = -1, .marker = memory_allocate(size)};
    if (!newborn->marker)
        return error_set_no_memory(err);
    snprintf(newborn->marker, size, "%s.new", path);
    bool ok = make_directories(path, err);
    bool held = false;
    do {
        held = ok && hold_marker(newborn);
    } while (ok && !held && errno == EAGAIN);
    if (held)
        return true;
    if (ok && errno == EBUSY)
        ok = error_set(err, ERROR_IO, "another process is creating the database \"%s\"", path);
    else if (ok && errno != ENOENT)
        ok = error_set_errno(err, ERROR_CONFIG, errno, "cannot create the database \"%s\"", path);
    forget_marker(newborn);
    return ok;
}

bool newborn_is_new(const struct newborn *newborn) {
    return newborn->marker != NULL;
}

static void end(struct newborn *newborn) {
    unlink(newborn->marker);
    close(newborn->marker_fd);
    forget_marker(newborn);
}

void newborn_complete(struct newborn *newborn) {
    if (newborn->marker)
        end(newborn);
}

void newborn_abandon(struct newborn *newborn, bool ours) {
    if (!newborn->marker)
        return;
    if (ours)
        remove_database(newborn->path);
    end(newborn);
}
