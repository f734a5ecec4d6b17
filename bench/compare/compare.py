#!/usr/bin/env python3
"""Compares perisai with clamscan: the same databases, the same files, in turn, one thread.

    bench/compare/compare.py [--scales 0.01,0.1,1.0] [--work FOLDER] [--perisai COMMAND] [--clamscan COMMAND] [--quick]

Databases and corpora are made when they are missing. Every figure is processor time (user and system), so that other work on the
machine disturbs it little, and the median of several runs in turn; the time of loading is left out of MB/s by taking off that of a run
over one tiny file. clamscan is slow on large databases, so both are given the same part of a corpus.

Both must report the planted files (plants.py), and the same files of the corpora, or the comparison fails with exit status 1.
"""
import argparse
import datetime
import os
import random
import re
import statistics
import subprocess
import sys
import time

import plants

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CORPORA = ('elf', 'dll', 'text', 'archives', 'documents')
# Megabytes of each corpus that are scanned, by scale: as much as clamscan does in some minutes.
PARTS = {'0.01': (300, 200, 60, 40, 60), '0.1': (300, 200, 40, 20, 20), '1.0': (40, 20, 6, 3, 3)}
TARGETS = {'0.01': (None, None, None, 10, 10), '0.1': (20, 20, 50, 50, 10), '1.0': (60, 60, 200, 10, 10)}
TINY_FILES = {'clamscan': 60, 'perisai': 4000}


class Run:
    """
    One run of a command: its processor seconds, wall seconds, peak memory and output. Watched, its private memory and the processor time of its threads
    too; on a machine of two processors the watcher slows a command of two threads by a twentieth.
    """

    def __init__(self, command, output, watched=True):
        self.anonymous = 0
        self.threads = {}
        started = time.monotonic()
        with open(output, 'w') as file:
            process = subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL)
            pid, status, usage = (0, 0, None) if watched else os.wait4(process.pid, 0)
            while pid == 0:
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                if pid == 0:
                    self.sample(process.pid)
                    self.sample_threads(process.pid)
                    time.sleep(0.005 if time.monotonic() - started < 5 else 0.05)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - started
        self.processor = usage.ru_utime + usage.ru_stime
        self.resident = usage.ru_maxrss / 1024
        if process.returncode not in (0, 1):
            sys.exit(f'{" ".join(command)}: exit status {process.returncode}')
        with open(output, errors='surrogateescape') as file:
            self.lines = file.read().splitlines()

    def sample(self, pid):
        try:
            with open(f'/proc/{pid}/status') as status:
                for line in status:
                    if line.startswith('RssAnon:'):
                        self.anonymous = max(self.anonymous, int(line.split()[1]) / 1024)
        except OSError:
            pass

    def sample_threads(self, pid):
        """Processor seconds of each thread so far."""
        try:
            for thread in os.listdir(f'/proc/{pid}/task'):
                with open(f'/proc/{pid}/task/{thread}/schedstat') as status:
                    self.threads[thread] = int(status.read().split()[0]) / 1e9
        except OSError:
            pass


class Comparison:
    def __init__(self, options):
        self.options = options
        self.work = os.path.abspath(options.work)
        self.output = os.path.join(self.work, 'output.txt')
        self.failures = []
        self.report = []

    def say(self, line=''):
        print(line, flush=True)
        self.report.append(line)

    # Preparation

    def corpora(self):
        folder = self.options.corpora or os.path.join(self.work, 'corpora')
        if not os.path.isdir(folder):
            shared = os.path.join(ROOT, '..', 'shared', 'bench', 'gencorpus.sh')
            own = [sys.executable, os.path.join(HERE, 'make_corpora.py'), folder]
            subprocess.run(['bash', shared, folder] if os.path.exists(shared) else own, check=True)
        documents = os.path.join(folder, 'documents')
        if not os.path.isdir(documents):
            subprocess.run([sys.executable, os.path.join(HERE, 'make_documents.py'), documents], check=True)
        return folder

    def database(self, scale):
        folder = os.path.join(self.options.databases or os.path.join(self.work, 'databases'), scale)
        if not os.path.isdir(folder):
            pool = os.path.join(os.path.dirname(folder), 'pool')
            os.makedirs(os.path.dirname(folder), exist_ok=True)
            generator = self.options.generator or os.path.join(ROOT, '..', 'shared', 'bench', 'gendb.py')
            own = [sys.executable, os.path.join(HERE, 'make_database.py'), scale, folder, pool]
            theirs = [sys.executable, generator, '--scale', scale, '--pool', pool, '--out', folder]
            subprocess.run(theirs if os.path.exists(generator) else own, check=True)
        return folder

    def part(self, folder, megabytes, name):
        """A list of files, spread over the whole corpus, of about so many megabytes; and their bytes."""
        files = [os.path.join(path, n) for path, _, names in os.walk(folder) for n in names]
        files = sorted(f for f in files if os.path.getsize(f) > 0)
        random.Random(1).shuffle(files)
        chosen, size = [], 0
        for file in files:
            length = os.path.getsize(file)
            if size + length <= megabytes * 1e6:
                chosen.append(file)
                size += length
        return self.list_of(chosen, name), size

    def list_of(self, files, name):
        path = os.path.join(self.work, name)
        with open(path, 'w', errors='surrogateescape') as file:
            file.writelines(f + '\n' for f in sorted(files))
        return path

    # Runs

    def perisai(self, segment, files, threads=1, options=(), watched=True):
        command = [*self.options.perisai.split(), 'scan', '-q', '--no-builtin', '--defs', segment, '--threads', str(threads), *options, '--files-from', files]
        return Run(command, self.output, watched)

    def clamscan(self, database, files, options=()):
        limits = ['--max-scantime=0', '--max-scansize=3900M', '--max-filesize=1900M', '--max-files=100000']
        command = [*self.options.clamscan.split(), '--no-summary', '-i', *limits, *options, *(f'--database={d}' for d in database), f'--file-list={files}']
        return Run(command, self.output)

    @staticmethod
    def found_by_perisai(run):
        found = {}
        for line in run.lines:
            match = re.match(r'(.*?)(?: > .*)?: detected (.*) \([^()]*\)$', line)
            if match:
                found.setdefault(match[1], match[2])
        return found

    @staticmethod
    def found_by_clamscan(run):
        found = {}
        for line in run.lines:
            match = re.match(r'(.*): (\S*?)(?:\.UNOFFICIAL)? FOUND$', line)
            if match:
                found.setdefault(match[1], match[2])
        return found

    def expect_same(self, what, theirs, ours):
        for path in sorted(set(theirs) | set(ours)):
            if (path in theirs) != (path in ours):
                self.failures.append(f'{what}: {path}: clamscan {theirs.get(path, "clean")}, perisai {ours.get(path, "clean")}')

    # One scale

    def scale(self, scale, corpora):
        database = self.database(scale)
        planted = os.path.join(self.work, 'plants')
        expected = plants.write(os.path.join(planted, 'databases'), os.path.join(planted, 'files'))
        with_plants = [database, os.path.join(planted, 'databases')]
        segment = os.path.join(self.work, f'{scale}.segment')
        build = self.build([database], segment)
        self.say(f'## Scale {scale}')
        self.say()
        self.say(f'Compiling: {build.wall:.1f} s, {build.processor:.1f} s of processor time, {build.resident:.0f} MiB at most; '
                 f'the segment is {os.path.getsize(segment) / 1e6:.1f} MB.')
        self.say()
        # The plants hold digests for any size, which no others of their kind do here: they would change what is measured.
        segment_with_plants = os.path.join(self.work, f'{scale}-plants.segment')
        self.build(with_plants, segment_with_plants)
        self.check_plants(scale, with_plants, segment_with_plants, expected, os.path.join(planted, 'files'))
        self.measure(scale, [database], segment, corpora)
        self.measure_tiny(scale, [database], segment)
        self.measure_threads(segment, corpora)
        self.say()

    def build(self, databases, segment):
        return Run(self.options.build.split() + ['--allow-unsigned', *databases, '-o', segment], self.output)

    def check_plants(self, scale, databases, segment, expected, folder):
        files = self.list_of([os.path.join(folder, name) for name in expected], 'plants.list')
        for unwanted in (False, True):
            theirs = self.found_by_clamscan(self.clamscan(databases, files, ['--detect-pua=yes'] if unwanted else []))
            ours = self.found_by_perisai(self.perisai(segment, files, options=['--detect-pua'] if unwanted else []))
            right = 0
            for name, planted in expected.items():
                path = os.path.join(folder, name)
                wanted = None if planted and planted.startswith('PUA.') and not unwanted else planted
                for who, found in (('clamscan', theirs), ('perisai', ours)):
                    if found.get(path) != wanted:
                        self.failures.append(f'scale {scale}: plant {name}: {who} says {found.get(path, "clean")}, not {wanted or "clean"}')
                right += ours.get(path) == theirs.get(path) == wanted
            reported = sum(1 for name in expected if os.path.join(folder, name) in ours)
            self.say(f'Planted files{", potentially unwanted programs asked for" if unwanted else ""}: {right} of {len(expected)} verdicts are the '
                     f'expected one of both programs ({reported} are reported, under their names).')
        self.say()

    def measure(self, scale, databases, segment, corpora):
        runs = 3 if self.options.quick else 5
        one = os.path.join(self.work, 'one.txt')
        with open(one, 'w') as file:
            file.write('x\n')
        tiny = self.list_of([one], 'one.list')
        their_loads, our_loads = [], []
        for _ in range(1 if scale == '1.0' or self.options.quick else 3):
            their_loads.append(self.clamscan(databases, tiny))
            our_loads.extend(self.perisai(segment, tiny) for _ in range(3))
        median = lambda runs_, value: statistics.median(value(run) for run in runs_)
        their_load, our_load = (median(loads, lambda run: run.processor) for loads in (their_loads, our_loads))
        self.say('| | clamscan | perisai | ratio |')
        self.say('|---|---|---|---|')
        self.row('load and one tiny file, processor s', their_load, our_load, '.3f', lower=True)
        self.row('load and one tiny file, wall s', median(their_loads, lambda r: r.wall), median(our_loads, lambda r: r.wall), '.3f', lower=True)
        memory = []
        for corpus, megabytes, target in zip(CORPORA, PARTS.get(scale, PARTS['0.1']), TARGETS.get(scale, (None,) * len(CORPORA))):
            files, size = self.part(os.path.join(corpora, corpus), megabytes, f'{corpus}-{scale}.list')
            their_run = self.clamscan(databases, files)
            theirs, found = [their_run.processor], self.found_by_clamscan(their_run)
            ours = [self.perisai(segment, files) for _ in range(runs)]
            self.expect_same(f'scale {scale}, {corpus}', found, self.found_by_perisai(ours[0]))
            memory.append((their_run, ours[0]))
            rate = lambda seconds, load: size / 1e6 / max(seconds - load, 1e-4)
            their_rate, our_rate = rate(statistics.median(theirs), their_load), rate(median(ours, lambda r: r.processor), our_load)
            self.row(f'{corpus}, {size / 1e6:.0f} MB of it, MB/s', their_rate, our_rate, '.2f', target=target)
        self.row('peak resident memory, MiB', max(t.resident for t, _ in memory), max(o.resident for _, o in memory), '.0f', lower=True)
        self.row('peak private memory, MiB', max(t.anonymous for t, _ in memory), max(o.anonymous for _, o in memory), '.0f', lower=True)

    def row(self, name, theirs, ours, form, lower=False, target=None):
        ratio = theirs / max(ours, 1e-9) if lower else ours / theirs
        wanted = '' if target is None else f' (wanted {target}{"" if ratio >= target else ", MISSED"})'
        self.say(f'| {name} | {theirs:{form}} | {ours:{form}} | {ratio:.1f}{wanted} |')

    def tiny_files(self, count):
        folder = os.path.join(self.work, 'tiny')
        os.makedirs(folder, exist_ok=True)
        files = [os.path.join(folder, f'{i:04d}.txt') for i in range(count)]
        for i, path in enumerate(files):
            if not os.path.exists(path):
                with open(path, 'w') as file:
                    file.write(f'a tiny file, number {i}, of about fifty bytes\n')
        return files

    def measure_tiny(self, scale, databases, segment):
        files = self.tiny_files(TINY_FILES['perisai'])

        def cost(run, count):
            few, many = self.list_of(files[:1], 'few.list'), self.list_of(files[:count], 'many.list')
            costs = [(run(many).processor - run(few).processor) / (count - 1) for _ in range(1 if count < 100 else 5)]
            return statistics.median(costs) * 1e6

        theirs = cost(lambda files_: self.clamscan(databases, files_), TINY_FILES['clamscan'])
        ours = cost(lambda files_: self.perisai(segment, files_), TINY_FILES['perisai'])
        self.row('one tiny file more, µs', theirs, ours, '.1f', lower=True)

    def measure_threads(self, segment, corpora):
        files, size = self.part(os.path.join(corpora, 'mixed'), 1e6, 'mixed.list')
        ones, twos = [], []
        for _ in range(3 if self.options.quick else 5):
            ones.append(self.perisai(segment, files, watched=False))
            twos.append(self.perisai(segment, files, threads=2, watched=False))
        wall = [statistics.median(run.wall for run in runs) for runs in (ones, twos)]
        busy = [max(self.perisai(segment, files, threads=threads).threads.values()) for threads in (1, 2)]
        beside = statistics.median(self.beside(segment, files) for _ in range(3))
        self.say()
        self.say(f'Two threads on mixed ({size / 1e6:.0f} MB): {wall[0] / wall[1]:.2f} times as fast by the clock ({wall[0]:.2f} s, {wall[1]:.2f} s; load '
                 f'{os.getloadavg()[0]:.1f}, and only an idle machine tells), {busy[0] / busy[1]:.2f} times by the processor time of the busiest thread '
                 f'({busy[0]:.2f} s, {busy[1]:.2f} s). What the machine itself allows: two such scans of one thread, each a process, beside one another '
                 f'are {2 * wall[0] / beside:.2f} times as fast as one after the other.')

    def beside(self, segment, files):
        """Seconds of two processes that do the same at the same time."""
        command = [*self.options.perisai.split(), 'scan', '-q', '--no-builtin', '--defs', segment, '--threads', '1', '--files-from', files]
        started = time.monotonic()
        for process in [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]:
            process.wait()
        return time.monotonic() - started

    def run(self):
        os.makedirs(self.work, exist_ok=True)
        corpora = self.corpora()
        with open('/proc/cpuinfo') as info:
            cpu = next(line.split(':', 1)[1].strip() for line in info if line.startswith('model name'))
            flags = open('/proc/cpuinfo').read()
        version = subprocess.run(self.options.clamscan.split() + ['--version'], capture_output=True, text=True).stdout.strip()
        self.say(f'# perisai against clamscan, {datetime.date.today()}')
        self.say()
        self.say(f'{cpu}{" with AVX-512" if "avx512bw" in flags else ""}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {version}; '
                 'processor time, one thread, load left out of MB/s; medians. Ratios: how many times better perisai is.')
        self.say()
        for scale in self.options.scales.split(','):
            self.scale(scale, corpora)
        for failure in self.failures:
            self.say(f'DIFFERENCE: {failure}')
        self.say('Both report the same files.' if not self.failures else f'{len(self.failures)} differences.')
        name = re.sub(r'[^a-z0-9]+', '-', cpu.lower()).strip('-')
        results = os.path.join(ROOT, 'bench', 'results')
        os.makedirs(results, exist_ok=True)
        with open(os.path.join(results, f'{datetime.date.today()}-{name}-clamscan.md'), 'w') as file:
            file.write('\n'.join(self.report) + '\n')
        return 1 if self.failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--scales', default='0.01,0.1,1.0')
    parser.add_argument('--work', default=os.path.join(ROOT, 'artifacts', 'compare'))
    parser.add_argument('--corpora', help='folder of corpora; made when missing')
    parser.add_argument('--databases', help='folder of databases by scale; made when missing')
    parser.add_argument('--generator', help='a program that makes a database: --scale S --pool FILE --out FOLDER')
    parser.add_argument('--perisai', default=os.path.join(ROOT, 'perisai'))
    parser.add_argument('--build', help='a command that compiles: SOURCE... -o SEGMENT; default: perisai defs build')
    parser.add_argument('--clamscan', default='clamscan')
    parser.add_argument('--quick', action='store_true', help='fewer runs')
    options = parser.parse_args()
    options.build = options.build or f'{options.perisai} defs build'
    sys.exit(Comparison(options).run())


if __name__ == '__main__':
    main()
