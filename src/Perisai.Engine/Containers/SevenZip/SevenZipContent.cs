using System.Buffers.Binary;
using Perisai.Engine.Containers.Codecs;
using Perisai.Engine.Containers.Codecs.Filters;

namespace Perisai.Engine.Containers.SevenZip;

/// <summary>
/// The decoders of one folder, connected as its graph says. Making it reads nothing. The memory that all decoders together may come to
/// need is held against the budget first.
/// </summary>
internal sealed class SevenZipContent : IDisposable
{
    private readonly ByteSource _source;
    private readonly SevenZipArchive _archive;
    private readonly long[] _starts;
    private readonly SevenZipFolder _folder;
    private readonly ScanBudget _budget;
    private readonly SevenZipKeys _keys;
    private readonly byte[]? _password;
    private readonly List<IDisposable> _owned = [];
    private long _memory;

    private SevenZipContent(
        ByteSource source, SevenZipArchive archive, long[] starts, SevenZipFolder folder, ScanBudget budget, SevenZipKeys keys, byte[]? password)
    {
        (_source, _archive, _starts, _folder, _budget, _keys, _password) = (source, archive, starts, folder, budget, keys, password);
    }

    /// <summary>The folder's content.</summary>
    public DecoderStream Stream { get; private set; } = null!;

    /// <exception cref="CodecException">A method is not supported, needs too much memory, or has wrong properties.</exception>
    public static SevenZipContent Open(
        ByteSource source, SevenZipArchive archive, long[] starts, SevenZipFolder folder, ScanBudget budget, SevenZipKeys keys, byte[]? password)
    {
        var content = new SevenZipContent(source, archive, starts, folder, budget, keys, password);
        try
        {
            content.Stream = content.OpenCoder(folder.MainCoder);
            return content;
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        // Outermost first: a filter may return the buffers of what it reads.
        for (var index = _owned.Count - 1; index >= 0; index--)
            _owned[index].Dispose();
        _owned.Clear();
    }

    /// <summary>
    /// Opens a coder and all that it takes its input from. No output has two takers and the main one has none, so that this comes to an end.
    /// </summary>
    private DecoderStream OpenCoder(int index)
    {
        var coder = _folder.Coders[index];
        var firstInput = 0;
        for (var before = 0; before < index; before++)
            firstInput += _folder.Coders[before].Inputs;
        var expected = coder.Method == SevenZipMethod.Bcj2 ? 4 : 1;
        if (coder.Inputs != expected)
            throw new CodecException($"7z: {SevenZipFormat.MethodName(coder.Method)} with {coder.Inputs} inputs.", NotScannedReason.Unsupported);
        var inputs = new CodecInput[coder.Inputs];
        for (var number = 0; number < inputs.Length; number++)
            inputs[number] = OpenInput(firstInput + number);
        var stream = OpenMethod(coder, inputs);
        _owned.Add(stream);
        return stream;
    }

    private CodecInput OpenInput(int input)
    {
        foreach (var binding in _folder.Bindings)
        {
            if (binding.Input == input)
                return Own(new CodecInput(OpenCoder(binding.Coder), _budget));
        }

        var packed = _folder.FirstPackedStream + Array.IndexOf(_folder.PackedInputs, input);
        if (packed >= _starts.Length)
            throw new CodecException("7z: a packed stream is missing.");
        return Own(new CodecInput(_source, _starts[packed], _archive.PackedSizes[packed], _budget));
    }

    private CodecInput Own(CodecInput input)
    {
        _owned.Add(input);
        return input;
    }

    private DecoderStream OpenMethod(SevenZipCoder coder, CodecInput[] inputs)
    {
        var input = inputs[0];
        var properties = coder.Properties;
        switch (coder.Method)
        {
            case SevenZipMethod.Copy:
                return new LibraryStream(input, static (stream, _) => stream, coder.UnpackSize);
            case SevenZipMethod.Lzma:
                if (properties.Length < 5)
                    throw new CodecException("7z: the LZMA properties are too short.");
                Reserve(Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(properties.AsSpan(1)), coder.UnpackSize));
                return CodecStreams.LzmaRaw(input, properties.AsSpan(0, 5), coder.UnpackSize);
            case SevenZipMethod.Lzma2:
                if (properties.Length < 1)
                    throw new CodecException("7z: the LZMA2 property is missing.");
                Reserve(Math.Min(Codecs.Xz.XzStream.Lzma2DictionarySize(properties[0]), coder.UnpackSize));
                return CodecStreams.Lzma2Raw(input, properties[0], coder.UnpackSize);
            case SevenZipMethod.Ppmd:
                if (properties.Length < 5)
                    throw new CodecException("7z: the PPMd properties are too short.");
                Reserve(BinaryPrimitives.ReadUInt32LittleEndian(properties.AsSpan(1)));
                return CodecStreams.Ppmd(input, properties[..5], coder.UnpackSize);
            case SevenZipMethod.Bzip2:
                return CodecStreams.Bzip2(input);
            case SevenZipMethod.Deflate:
                return CodecStreams.Deflate(input);
            case SevenZipMethod.Deflate64:
                return CodecStreams.Deflate64(input);
            case SevenZipMethod.Zstd:
                return CodecStreams.Zstd(input);
            case SevenZipMethod.Lz4:
                return CodecStreams.Lz4(input);
            case SevenZipMethod.Aes:
                var (power, salt, vector) = SevenZipKeys.Parse(properties);
                if (_password is null)
                    throw new CodecException("7z: encrypted.", NotScannedReason.Encrypted);
                return new AesCbcStream(input, _keys.Derive(power, salt, _password), vector, coder.UnpackSize);
            case SevenZipMethod.Bcj2:
                return new Bcj2Stream(input, inputs[1], inputs[2], inputs[3], coder.UnpackSize);
            default:
                return new FilterStream(new LibraryStream(input, static (stream, _) => stream, coder.UnpackSize), OpenFilter(coder));
        }
    }

    private static ByteFilter OpenFilter(SevenZipCoder coder)
    {
        var properties = coder.Properties;
        var start = properties.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(properties) : 0;
        return coder.Method switch
        {
            SevenZipMethod.Delta => new DeltaFilter((properties.Length > 0 ? properties[0] : 0) + 1),
            SevenZipMethod.X86 or SevenZipMethod.OldX86 => new X86Filter(start),
            SevenZipMethod.PowerPc or SevenZipMethod.OldPowerPc => new BranchFilter(BranchMachine.PowerPc, start),
            SevenZipMethod.Ia64 or SevenZipMethod.OldIa64 => new BranchFilter(BranchMachine.Ia64, start),
            SevenZipMethod.Arm or SevenZipMethod.OldArm => new BranchFilter(BranchMachine.Arm, start),
            SevenZipMethod.ArmThumb or SevenZipMethod.OldArmThumb => new BranchFilter(BranchMachine.ArmThumb, start),
            SevenZipMethod.Sparc or SevenZipMethod.OldSparc => new BranchFilter(BranchMachine.Sparc, start),
            SevenZipMethod.Arm64 => new BranchFilter(BranchMachine.Arm64, start),
            SevenZipMethod.Swap2 => new SwapFilter(2),
            SevenZipMethod.Swap4 => new SwapFilter(4),
            _ => throw new CodecException($"7z: {SevenZipFormat.MethodName(coder.Method)}.", NotScannedReason.Unsupported),
        };
    }

    private void Reserve(long bytes)
    {
        _memory += bytes;
        if (!_budget.AllowsDecoderMemory(_memory))
            throw CodecException.TooMuchMemory(_memory);
    }
}
