"""A Debian machine that has nothing installed: a tree made by mmdebstrap, entered
with chroot and the host's network, or booted with systemd as PID 1 in namespaces
of its own, where there is loopback only.

Needs root, mmdebstrap, namespaces and a mounted cgroup2; why_not() says what is
missing.  Package sources, proxies and passwords for them are those of the host's
apt.  A bare tree is made once and kept in build/machine.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
CACHE = SOURCE / "build/machine"
# What an administrator's Debian has before anybody thinks of mentiond.
PACKAGES = ("ca-certificates", "dbus", "git", "sudo", "systemd", "systemd-sysv")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
BOOT_S = 120

ENTER = r"""
tree=$1; shift
mount -t proc proc "$tree/proc"
mount --rbind /sys "$tree/sys"
mount --rbind /dev "$tree/dev"
mount -t tmpfs tmpfs "$tree/tmp"
exec chroot "$tree" /usr/bin/env -i "$@"
"""

BOOT = r"""
tree=$1
mount --bind "$tree" "$tree"
mount -t proc proc "$tree/proc"
mount -t sysfs -o ro sysfs "$tree/sys"
mount -t tmpfs -o mode=755,size=64m tmpfs "$tree/run"
mount -t tmpfs -o mode=1777,size=256m tmpfs "$tree/tmp"
mount -t cgroup2 none "$tree/sys/fs/cgroup"
mount -t tmpfs -o mode=755,size=1m tmpfs "$tree/dev"
for name in null zero full random urandom tty; do
	touch "$tree/dev/$name"
	mount --bind "/dev/$name" "$tree/dev/$name"
done
mkdir "$tree/dev/pts" "$tree/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$tree/dev/pts"
ln -s pts/ptmx "$tree/dev/ptmx"
mount -t tmpfs -o mode=1777,size=64m tmpfs "$tree/dev/shm"
/usr/bin/python3 -c 'import fcntl, socket, struct
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any:  # ip link set lo up
    fcntl.ioctl(any, 0x8914, struct.pack("16sh", b"lo", 1))'
hostname machine
cd "$tree"
mkdir -p .old
pivot_root . .old
umount -l /.old
mount --make-rshared /    # without this LoadCredential= gives an empty folder
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
	/lib/systemd/systemd --system --unit=multi-user.target --log-target=console --show-status=no \
	</dev/null
"""


def why_not():
    """Why no machine can be made here; None when it can."""
    if os.geteuid() != 0:
        return "a machine needs root"
    if not shutil.which("mmdebstrap"):
        return "a machine needs mmdebstrap (tools/deps long)"
    if not _cgroups():
        return "a machine needs a mounted cgroup2"
    done = subprocess.run(["unshare", "--fork", "--pid", "--mount", "--net", "--cgroup", "--",
                           "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    return f"a machine needs namespaces: {done.stderr.strip()}" if done.returncode else None


def _cgroups():
    done = subprocess.run(["findmnt", "-nt", "cgroup2", "-o", "TARGET"], text=True,
                          stdout=subprocess.PIPE, check=False)
    return done.stdout.split("\n")[0]


def _sources():
    """Lines of sources.list for Debian's own archives, as the host's apt knows them."""
    form = "deb $(REPO_URI) $(RELEASE) $(COMPONENT)"
    done = subprocess.run(["apt-get", "indextargets", "--format", form,
                           "Created-By: Packages", "Origin: Debian"],
                          text=True, stdout=subprocess.PIPE, check=True)
    assert done.stdout, "apt knows no archive of Debian; run apt-get update"
    return "".join(f"{line}\n" for line in sorted(set(done.stdout.splitlines())))


def _apt_settings():
    """How the host's apt fetches: proxies and the like, and nothing that it runs."""
    done = subprocess.run(["apt-config", "dump", "--format", "%F \"%v\";%n", "Acquire"],
                          text=True, stdout=subprocess.PIPE, check=True)
    return "".join(f"{line}\n" for line in done.stdout.splitlines()
                   if not line.startswith(("Acquire \"", "Acquire::IndexTargets")))


def _base():
    base = CACHE / "base.tar"
    if base.exists():
        return base
    CACHE.mkdir(parents=True, exist_ok=True)
    codename = dict(line.split("=", 1) for line in
                    pathlib.Path("/etc/os-release").read_text().splitlines()
                    if "=" in line)["VERSION_CODENAME"]
    with tempfile.NamedTemporaryFile("w", suffix=".list") as sources:
        sources.write(_sources())
        sources.flush()
        made = base.with_suffix(".new.tar")
        subprocess.run(["mmdebstrap", "--quiet", "--variant=apt",
                        "--include=" + ",".join(PACKAGES), codename, made, sources.name],
                       check=True)
    made.rename(base)
    return base


class Machine:
    """A tree of its own, removed by close(); run() before boot(), call() after."""

    def __init__(self):
        CACHE.mkdir(parents=True, exist_ok=True)
        self.tree = pathlib.Path(tempfile.mkdtemp(prefix="tree.", dir=CACHE))
        self._boot = None
        self._init = None
        self._cgroup = None
        subprocess.run(["tar", "-C", self.tree, "-xf", _base()], check=True)
        self.tree.chmod(0o755)
        (self.tree / "etc/apt/apt.conf.d/90host").write_text(_apt_settings())
        for name in ("apt/auth.conf", "apt/auth.conf.d", "resolv.conf"):
            self.copy_in(pathlib.Path("/etc") / name, f"/etc/{name}")
        self.write("/etc/hosts", "127.0.0.1 localhost machine\n::1 localhost\n")

    def copy_in(self, source, path):
        target = self.tree / path.lstrip("/")
        if target.is_symlink():
            target.unlink()
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        elif source.exists():
            shutil.copy2(source, target)

    def write(self, path, text, mode=0o644):
        target = self.tree / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        target.chmod(mode)

    def clone(self, path):
        """A clone of the project as it is committed."""
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", SOURCE,
                        self.tree / path.lstrip("/")], check=True)

    def _finished(self, command, wanted, done):
        if wanted is not None and done.returncode != wanted:
            raise AssertionError(f"{command} ended with {done.returncode}\n"
                                 f"{done.stdout[-6000:]}{done.stderr[-6000:]}")
        return done

    def run(self, command, folder="/root", wanted=0):
        """A line of shell, as root, with the host's network."""
        return self._finished(command, wanted, subprocess.run(
            ["unshare", "--fork", "--pid", "--mount", "--kill-child=SIGKILL",
             "--propagation", "private", "--", "bash", "-euc", ENTER, "bash", self.tree,
             "HOME=/root", f"PATH={PATH}", "TERM=dumb", "LANG=C.UTF-8", "CI=1",
             "SUDO_EDITOR=/root/editor", "bash", "-c", f"cd {folder} && {command}"],
            text=True, capture_output=True, check=False))

    def boot(self):
        self.write("/etc/machine-id", "")
        self._cgroup = pathlib.Path(_cgroups()) / f"mentiond-machine-{os.getpid()}"
        self._cgroup.mkdir()
        log = open(CACHE / "boot.log", "w")
        with log:
            self._boot = subprocess.Popen(
                ["bash", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', self._cgroup,
                 "unshare", "--fork", "--pid", "--mount", "--uts", "--ipc", "--net", "--cgroup",
                 "--kill-child=SIGKILL", "--propagation", "private", "--",
                 "bash", "-euc", BOOT, "bash", self.tree],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + BOOT_S
        while not self._is_up():
            if time.monotonic() > deadline or self._boot.poll() is not None:
                raise AssertionError("systemd does not come up:\n"
                                     + (CACHE / "boot.log").read_text()[-3000:])
            time.sleep(0.2)

    def _is_up(self):
        children = pathlib.Path(f"/proc/{self._boot.pid}/task/{self._boot.pid}/children")
        text = children.read_text().split()
        if not text:
            return False
        self._init = text[0]
        if pathlib.Path(f"/proc/{self._init}/comm").read_text() != "systemd\n":
            return False
        done = self.call("systemctl is-system-running", wanted=None)
        return done.stdout.strip() in ("running", "degraded")

    def call(self, command, wanted=0):
        """A line of shell in the machine that was booted."""
        return self._finished(command, wanted, subprocess.run(
            ["nsenter", "-t", self._init, "-p", "-m", "-u", "-i", "-n", "-C", "-r", "-w", "--",
             "env", "-i", "HOME=/root", f"PATH={PATH}", "TERM=dumb", "LANG=C.UTF-8",
             "DEBIAN_FRONTEND=noninteractive", "bash", "-c", command],
            text=True, capture_output=True, check=False, stdin=subprocess.DEVNULL))

    def wait(self, command, what, seconds=60):
        """Asks until COMMAND succeeds: systemd tells nobody outside of the machine."""
        deadline = time.monotonic() + seconds
        while self.call(command, wanted=None).returncode != 0:
            if time.monotonic() > deadline:
                raise AssertionError(f"{seconds} s passed without {what}\n" + self.call(
                    "systemctl status --no-pager --lines 30 mentiond", wanted=None).stdout)
            time.sleep(0.2)

    def close(self):
        if self._boot:
            self._boot.send_signal(signal.SIGKILL)  # unshare; its child goes with it
            self._boot.wait()
            for folder in sorted(self._cgroup.glob("**/"), reverse=True):
                for _ in range(50):
                    try:
                        folder.rmdir()
                        break
                    except OSError:  # what lived in it is still ending
                        time.sleep(0.1)
        shutil.rmtree(self.tree)
