#!/usr/bin/env python3
"""Compares perisai with yara: the same rules, the same files, in turn, one thread.

    bench/compare/compare_yara.py [--counts 900,10000] [--work FOLDER] [--perisai COMMAND] [--yara COMMAND] [--yarac COMMAND] [--quick]

Rules (make_rules.py) and corpora are made when they are missing. Both open compiled rules. Every figure of scanning is processor time (user and
system), so that other work on the machine disturbs it little, and the median of several runs in turn; start-up is left out of MB/s by taking off the
time of a run over one tiny file. Both must report the same rules on the same files, or the comparison fails with exit status 1.
"""
import argparse
import datetime
import os
import re
import statistics
import subprocess
import sys

from compare import Comparison, ROOT, Run

HERE = os.path.dirname(os.path.abspath(__file__))
# Megabytes of each corpus that are scanned, by number of rules: as much as yara does in half a minute.
PARTS = {900: {'elf': 300, 'dll': 200, 'text': 100}, 10_000: {'elf': 200, 'dll': 100, 'text': 60}}
TARGET = 5
TINY_FILES = {'yara': 400, 'perisai': 4000}
TINY_TARGET, COMPILE_TARGET, MEMORY_TARGET, OPEN_TARGET = 30, 1.5, 200, 20


def median(runs, value):
    return statistics.median(value(run) for run in runs)


class YaraComparison(Comparison):
    def rules(self, count):
        path = os.path.join(self.work, f'{count}.yar')
        if not os.path.exists(path):
            pool = os.path.join(self.work, 'pool')
            subprocess.run([sys.executable, os.path.join(HERE, 'make_rules.py'), str(count), path, pool], check=True)
        return path

    def yara(self, compiled, files):
        return Run([*self.options.yara.split(), '-w', '-p', '1', '-C', compiled, '--scan-list', files], self.output)

    def perisai_yara(self, compiled, files):
        return Run([*self.options.perisai.split(), 'yara', '-w', '-p', '1', '-C', compiled, '--scan-list', files], self.output)

    def limit(self, value, wanted, unit):
        return f'{value:.1f}{unit} (wanted at most {wanted}{"" if value <= wanted else ", MISSED"})'

    def count(self, count, corpora):
        rules = self.rules(count)
        self.say(f'## {count:,} rules')
        self.say()
        compiled = self.compile(rules, count)
        one = os.path.join(self.work, 'one.txt')
        with open(one, 'w') as file:
            file.write('x\n')
        tiny = self.list_of([one], 'one.list')
        their_loads = [self.yara(compiled['yara'], tiny) for _ in range(5)]
        our_loads = [self.perisai_yara(compiled['perisai'], tiny) for _ in range(5)]
        their_load, our_load = (median(loads, lambda run: run.processor) for loads in (their_loads, our_loads))
        self.say('| | yara | perisai | ratio |')
        self.say('|---|---|---|---|')
        self.row('start and one tiny file, processor s', their_load, our_load, '.3f', lower=True)
        self.row('start and one tiny file, wall s', median(their_loads, lambda r: r.wall), median(our_loads, lambda r: r.wall), '.3f', lower=True)
        memory = []
        for corpus, megabytes in PARTS.get(count, PARTS[10_000]).items():
            files, size = self.part(os.path.join(corpora, corpus), megabytes / (4 if self.options.quick else 1), f'{corpus}-{count}.list')
            theirs, ours = [], []
            for _ in range(1 if self.options.quick else 3):
                theirs.append(self.yara(compiled['yara'], files))
                ours.extend(self.perisai_yara(compiled['perisai'], files) for _ in range(2))
            self.expect_same(f'{count} rules, {corpus}', theirs[0].lines, ours[0].lines)
            memory.append((theirs[0], ours[0]))
            rate = lambda runs, load: size / 1e6 / max(median(runs, lambda run: run.processor) - load, 1e-4)
            name = f'{corpus}, {size / 1e6:.0f} MB of it, {len(set(theirs[0].lines)):,} matches, MB/s'
            self.row(name, rate(theirs, their_load), rate(ours, our_load), '.1f', target=TARGET)
        self.row('peak resident memory, MiB', max(t.resident for t, _ in memory), max(o.resident for _, o in memory), '.0f', lower=True)
        self.row('peak private memory, MiB', max(t.anonymous for t, _ in memory), max(o.anonymous for _, o in memory), '.0f', lower=True)
        self.measure_tiny(compiled)
        self.say()
        self.opening(compiled, tiny)
        self.say()

    def expect_same(self, what, theirs, ours):
        for line in sorted(set(theirs) ^ set(ours)):
            self.failures.append(f'{what}: only {"yara" if line in theirs else "perisai"} says: {line}')

    def compile(self, rules, count):
        compiled = {'yara': os.path.join(self.work, f'{count}.yc'), 'perisai': os.path.join(self.work, f'{count}.segment')}
        ours = self.options.perisai.split()
        commands = {
            'yarac': [*self.options.yarac.split(), '-w', rules, compiled['yara']],
            'perisai yarac': [*ours, 'yarac', '-w', rules, compiled['perisai']],
            'perisai defs build': [*ours, 'defs', 'build', '--allow-unsigned', rules, '-o', compiled['perisai'] + '.defs'],
        }
        self.say('| compiling | wall s | processor s | peak resident MiB | size, MB |')
        self.say('|---|---|---|---|---|')
        walls, residents = {}, {}
        for name, command in commands.items():
            runs = [Run(command, self.output) for _ in range(1 if self.options.quick else 3)]
            walls[name], residents[name] = median(runs, lambda r: r.wall), max(run.resident for run in runs)
            size = os.path.getsize(command[-1]) / 1e6
            self.say(f'| {name} | {walls[name]:.2f} | {median(runs, lambda r: r.processor):.2f} | {residents[name]:.0f} | {size:.1f} |')
        self.say()
        self.say(f'perisai yarac takes {self.limit(walls["perisai yarac"] / walls["yarac"], COMPILE_TARGET, " times as long as yarac")}, '
                 f'{self.limit(residents["perisai yarac"], MEMORY_TARGET, " MiB")}; '
                 f'perisai defs build {self.limit(walls["perisai defs build"] / walls["yarac"], COMPILE_TARGET, " times")}, '
                 f'{self.limit(residents["perisai defs build"], MEMORY_TARGET, " MiB")}.')
        self.say()
        return compiled

    def measure_tiny(self, compiled):
        files = self.tiny_files(TINY_FILES['perisai'])

        def cost(run, count):
            few, many = self.list_of(files[:1], 'few.list'), self.list_of(files[:count], 'many.list')
            return statistics.median((run(many).processor - run(few).processor) / (count - 1) for _ in range(7)) * 1e6

        theirs = cost(lambda files_: self.yara(compiled['yara'], files_), TINY_FILES['yara'])
        ours = cost(lambda files_: self.perisai_yara(compiled['perisai'], files_), TINY_FILES['perisai'])
        self.row(f'one tiny file more, µs (wanted at most {TINY_TARGET}{"" if ours <= TINY_TARGET else ", MISSED"})', theirs, ours, '.1f', lower=True)

    def opening(self, compiled, tiny):
        """What a large set takes more than a single rule from the start of the process to its end: opening, and the scanner's tables."""
        rule = os.path.join(self.work, 'single.yar')
        with open(rule, 'w') as file:
            file.write('rule single { strings: $a = "a text that is in no file" condition: $a }\n')
        single = {'yara': os.path.join(self.work, 'single.yc'), 'perisai': os.path.join(self.work, 'single.segment')}
        Run([*self.options.yarac.split(), rule, single['yara']], self.output)
        Run([*self.options.perisai.split(), 'yarac', rule, single['perisai']], self.output)

        def wall(run, path):
            return median([run(path, tiny) for _ in range(11)], lambda r: r.wall) * 1e3

        theirs = [wall(self.yara, path) for path in (single['yara'], compiled['yara'])]
        ours = [wall(self.perisai_yara, path) for path in (single['perisai'], compiled['perisai'])]
        self.say(f'From start to end with one tiny file, by the clock: yara {theirs[0]:.1f} ms with a single rule, {theirs[1]:.1f} ms with these; '
                 f'perisai {ours[0]:.1f} and {ours[1]:.1f} ms. So opening these rules takes {self.limit(ours[1] - ours[0], OPEN_TARGET, " ms")}; yara {theirs[1] - theirs[0]:.1f} ms.')

    def run(self):
        os.makedirs(self.work, exist_ok=True)
        corpora = self.corpora()
        with open('/proc/cpuinfo') as info:
            text = info.read()
        cpu = re.search(r'model name\s*:\s*(.*)', text)[1].strip()
        version = subprocess.run(self.options.yara.split() + ['--version'], capture_output=True, text=True).stdout.strip()
        self.say(f'# perisai against yara, {datetime.date.today()}')
        self.say()
        self.say(f'{cpu}{" with AVX-512" if "avx512bw" in text else ""}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; yara {version}; both with '
                 'compiled rules, one thread, start-up left out of MB/s; processor time, medians. Ratios: how many times better perisai is. '
                 'Rules are made by bench/compare/make_rules.py.')
        self.say()
        for count in self.options.counts.split(','):
            self.count(int(count), corpora)
        for failure in self.failures[:100]:
            self.say(f'DIFFERENCE: {failure}')
        self.say('Both report the same rules on the same files.' if not self.failures else f'{len(self.failures)} differences.')
        name = re.sub(r'[^a-z0-9]+', '-', cpu.lower()).strip('-')
        results = os.path.join(ROOT, 'bench', 'results')
        os.makedirs(results, exist_ok=True)
        if not self.options.quick:
            with open(os.path.join(results, f'{datetime.date.today()}-{name}-yara.md'), 'w') as file:
                file.write('\n'.join(self.report) + '\n')
        return 1 if self.failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--counts', default='900,10000', help='numbers of rules')
    parser.add_argument('--work', default=os.path.join(ROOT, 'artifacts', 'compare-yara'))
    parser.add_argument('--corpora', help='folder of corpora; made when missing')
    parser.add_argument('--perisai', default=os.path.join(ROOT, 'perisai'))
    parser.add_argument('--yara', default='yara')
    parser.add_argument('--yarac', default='yarac')
    parser.add_argument('--quick', action='store_true', help='fewer runs over smaller parts, and nothing is kept')
    sys.exit(YaraComparison(parser.parse_args()).run())


if __name__ == '__main__':
    main()
