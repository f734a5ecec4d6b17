using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Perisai.Engine.Hashing;

/// <summary>
/// Computes many MD5 digests together, some at a time in <see cref="Md5Lanes"/>, a lane taking the next job when its own ends. A few that are
/// left alone are finished by ordinary arithmetic, which is faster for them. Jobs may be added while others run: a long one then
/// costs next to nothing, for it runs beside all the short ones that come after it. One a thread.
/// </summary>
internal sealed unsafe class Md5Batch : IDisposable
{
    /// <summary>Bytes read for a lane at a time. Those of all lanes stay in the second-level cache.</summary>
    private const int ChunkLength = 32 << 10;

    private readonly byte* _memory = (byte*)NativeMemory.AlignedAlloc(Md5Lanes.MaximumCount * (ChunkLength + 128), 64);
    private readonly Md5Lanes? _lanes;
    private readonly Lane[] _state;
    private readonly Queue<Md5Job> _waiting = new();
    private readonly IncrementalHash _single = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private int _running;

    /// <param name="lanes">Disposed with the batch; null for one message after another.</param>
    public Md5Batch(Md5Lanes? lanes)
    {
        _lanes = lanes;
        _state = [.. Enumerable.Range(0, lanes?.Count ?? 0).Select(_ => new Lane())];
    }

    public Md5Batch()
        : this(Md5Lanes.IsSupported ? Md5Lanes.Create() : null)
    {
    }

    private sealed class Lane
    {
        public Md5Job? Job;
        public long Read;
        public byte* At;
        public int Blocks;
        public bool Padded;
    }

    /// <summary>Whether a lane has nothing to do.</summary>
    public bool HasVacancy => _waiting.Count == 0 && (_lanes is null || _running < _state.Length);

    /// <summary>Adds a job behind those that wait.</summary>
    public void Add(Md5Job job) => _waiting.Enqueue(job);

    /// <summary>Computes all digests. Cancelled between chunks by the token: what is left stays incomplete.</summary>
    public void Compute(List<Md5Job> jobs, CancellationToken cancellation = default)
    {
        // Longest first: else the longest one may run alone in the end.
        jobs.Sort(static (a, b) => b.Length.CompareTo(a.Length));
        jobs.ForEach(Add);
        RunToEnd(cancellation);
    }

    /// <summary>Works until a lane has nothing to do, or until cancelled.</summary>
    public void RunUntilVacant(CancellationToken cancellation)
    {
        if (_lanes is null)
            RunToEnd(cancellation);
        else
            RunLanes(_lanes, stopAtVacancy: true, cancellation);
    }

    /// <summary>Works until all jobs are done. Once it is cancelled, those that are left are done but incomplete.</summary>
    public void RunToEnd(CancellationToken cancellation)
    {
        if (_lanes is not null)
            RunLanes(_lanes, stopAtVacancy: false, cancellation);
        // Only where it was cancelled.
        foreach (var lane in _state)
        {
            if (lane.Job is not null)
                End(lane);
        }

        while (_waiting.TryDequeue(out var job))
            ComputeSingle(job, cancellation);
    }

    /// <summary>Forgets all jobs that are not done.</summary>
    public void Abandon()
    {
        foreach (var lane in _state)
            lane.Job = null;
        _running = 0;
        _waiting.Clear();
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _lanes?.Dispose();
        _single.Dispose();
    }

    private void RunLanes(Md5Lanes lanes, bool stopAtVacancy, CancellationToken cancellation)
    {
        var pointers = stackalloc byte*[Md5Lanes.MaximumCount];
        while (!cancellation.IsCancellationRequested)
        {
            for (var i = 0; i < _state.Length; i++)
                Refill(lanes, i);
            if (_running == 0 || (stopAtVacancy && _running < _state.Length))
                return;

            var blocks = int.MaxValue;
            for (var i = 0; i < _state.Length; i++)
            {
                var lane = _state[i];
                pointers[i] = lane.Job is null ? _memory : lane.At;
                if (lane.Job is not null)
                    blocks = Math.Min(blocks, lane.Blocks);
            }

            Step(lanes, pointers, blocks);
        }
    }

    private void Step(Md5Lanes lanes, byte** pointers, int blocks)
    {
        var few = _running <= Md5Lanes.Few;
        if (!few)
            lanes.Update(pointers, blocks);
        for (var i = 0; i < _state.Length; i++)
        {
            var lane = _state[i];
            if (lane.Job is null)
                continue;
            if (few)
                lanes.UpdateSingle(i, lane.At, blocks);
            lane.At += blocks * Md5Lanes.BlockLength;
            lane.Blocks -= blocks;
            if (lane.Blocks > 0 || !lane.Padded)
                continue;
            lanes.Digest(i, lane.Job.Digest);
            lane.Job.IsComplete = true;
            End(lane);
        }
    }

    private void End(Lane lane)
    {
        lane.Job!.IsDone = true;
        lane.Job = null;
        _running--;
    }

    /// <summary>Gives a lane blocks to work on: the next chunk of its job, or the next job.</summary>
    private void Refill(Md5Lanes lanes, int index)
    {
        var lane = _state[index];
        while (lane.Job is null || lane.Blocks == 0)
        {
            if (lane.Job is null)
            {
                if (!_waiting.TryDequeue(out lane.Job))
                    return;
                _running++;
                lane.Read = 0;
                lane.Padded = false;
                lanes.Reset(index);
            }

            if (!ReadChunk(index, lane))
                End(lane);
        }
    }

    private bool ReadChunk(int index, Lane lane)
    {
        var job = lane.Job!;
        var buffer = _memory + (index * (ChunkLength + 128));
        var asked = (int)Math.Min(ChunkLength, job.Length - lane.Read);
        int read;
        try
        {
            read = job.Source.Read(job.Offset + lane.Read, new Span<byte>(buffer, asked));
        }
        catch (Exception)
        {
            // Whatever a source throws, the scan proper meets it again and reports it.
            return false;
        }

        if (read < asked)
            return false;
        lane.Read += read;
        var length = read;
        if (lane.Read == job.Length)
        {
            length = Pad(new Span<byte>(buffer, ChunkLength + 128), read, job.Length);
            lane.Padded = true;
        }

        lane.At = buffer;
        lane.Blocks = length / Md5Lanes.BlockLength;
        return true;
    }

    /// <summary>RFC 1321, sections 3.1 and 3.2: a one bit, zeros, and the length in bits.</summary>
    private static int Pad(Span<byte> buffer, int length, long messageLength)
    {
        buffer[length] = 0x80;
        var end = (length + 9 + 63) & ~63;
        buffer[(length + 1)..(end - 8)].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(buffer[(end - 8)..], (ulong)messageLength * 8);
        return end;
    }

    private void ComputeSingle(Md5Job job, CancellationToken cancellation)
    {
        long at = 0;
        var buffer = new Span<byte>(_memory, ChunkLength);
        try
        {
            while (at < job.Length && !cancellation.IsCancellationRequested)
            {
                var read = job.Source.Read(job.Offset + at, buffer[..(int)Math.Min(ChunkLength, job.Length - at)]);
                if (read == 0)
                    break;
                _single.AppendData(buffer[..read]);
                at += read;
            }
        }
        catch (Exception)
        {
            // As in ReadChunk.
        }

        _single.GetHashAndReset(job.Digest);
        job.IsComplete = at == job.Length;
        job.IsDone = true;
    }
}
